package dev.mailtide.processor.fanout;

import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import org.apache.kafka.streams.kstream.ValueMapper;
import org.jspecify.annotations.Nullable;

/**
 * An event as it may stand in a domain's topic. Where everything may, the bytes pass as they are. What is no event, and not of
 * ours therefore, passes as a record without a value: to fail would end the process, and nobody could say what stands in it.
 */
record ForDomains(EventPolicy privacy) implements ValueMapper<byte[], byte[]> {

    @Override
    public byte @Nullable [] apply(byte @Nullable [] event) {
        return event == null || privacy.keepsAll()
                ? event
                : EventJson.of(privacy, event).orElse(null);
    }
}
