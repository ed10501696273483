package dev.mailtide.processor.fanout;

import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * An event and where it goes. The two are decided together, once: a route that changes in between can neither lose the event
 * nor let it go two ways.
 */
final class Addressed {

    private final byte @Nullable [] event;
    private final Optional<String> topic;

    /**
     * @param event nothing is a record without a value
     * @param topic nothing where it goes nowhere
     */
    Addressed(byte @Nullable [] event, Optional<String> topic) {
        this.event = event;
        this.topic = topic;
    }

    Optional<String> topic() {
        return topic;
    }

    /** Writes the event alone. Nothing is read back. */
    static Serde<Addressed> serde() {
        return Serdes.serdeFrom((topic, addressed) -> addressed.event, (topic, bytes) -> {
            throw new UnsupportedOperationException("an address is not read");
        });
    }
}
