package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.privacy.EventPolicy;
import org.apache.kafka.streams.kstream.ValueMapper;

/** An event as it may stand in a domain's topic. Where everything may, the bytes pass as they are. */
record ForDomains(EventPolicy privacy) implements ValueMapper<byte[], byte[]> {

    @Override
    public byte[] apply(byte[] event) {
        return privacy.equals(EventPolicy.KEEP_ALL) ? event : EventCodec.encode(privacy.of(EventCodec.decode(event)));
    }
}
