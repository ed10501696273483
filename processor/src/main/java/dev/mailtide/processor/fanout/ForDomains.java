package dev.mailtide.processor.fanout;

import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import java.util.Optional;
import org.apache.kafka.streams.kstream.ValueMapper;
import org.jspecify.annotations.Nullable;

/**
 * An event as it may stand in a domain's topic. Where everything may, the bytes pass as they are. What is no event, and not of
 * ours therefore, becomes nothing, and goes nowhere ({@link ByDomain}): nobody could say what stands in it.
 */
record ForDomains(EventPolicy privacy) implements ValueMapper<byte[], byte[]> {

    @Override
    public byte @Nullable [] apply(byte @Nullable [] event) {
        return Optional.ofNullable(event)
                .filter(ForDomains::canBeEvent)
                .flatMap(ours -> privacy.keepsAll() ? Optional.of(ours) : EventJson.of(privacy, ours))
                .orElse(null);
    }

    /** Events are written as JSON objects, without a space before. To read each of them whole would cost more than the rest. */
    static boolean canBeEvent(byte[] value) {
        return value.length > 0 && value[0] == '{';
    }
}
