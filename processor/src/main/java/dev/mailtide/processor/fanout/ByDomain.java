package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.MessageKey;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;
import org.jspecify.annotations.Nullable;

/** Addresses each event by the domain in its key. */
record ByDomain(Routing routing) implements ValueMapperWithKey<String, byte[], Addressed> {

    @Override
    public Addressed apply(String messageKey, byte @Nullable [] event) {
        return new Addressed(
                event, routing.topicFor(MessageKey.parse(messageKey).domain()));
    }
}
