package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.RecipientGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stored form of {@link Facts}, version 1. */
final class FactsCodec {

    private static final int VERSION = 1;

    private FactsCodec() {}

    static byte[] encode(Facts facts) {
        BinaryOut out = new BinaryOut()
                .number(VERSION)
                .text(facts.address().orElse(""))
                .constant(facts.group())
                .number(facts.lastHeardMillis())
                .number(facts.firsts().size());
        new TreeMap<>(facts.firsts())
                .forEach((mark, first) -> out.constant(mark).number(first));
        return out.number(facts.firstHeardMillis()).bytes();
    }

    static Facts decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        String address = in.text();
        RecipientGroup group = in.constant(RecipientGroup.class);
        long lastHeard = in.number();
        Map<Mark, Long> firsts = new EnumMap<>(Mark.class);
        for (int left = in.count(); left > 0; left--) {
            Mark mark = in.constant(Mark.class);
            firsts.put(mark, in.number());
        }
        Optional<String> known = address.isEmpty() ? Optional.empty() : Optional.of(address);
        return new Facts(known, group, in.number(), lastHeard, firsts);
    }
}
