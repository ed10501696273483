package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The stored form of {@link Totals}, version 1. */
final class TotalsCodec {

    private static final int VERSION = 1;

    private TotalsCodec() {}

    static byte[] encode(Totals totals) {
        BinaryOut out = new BinaryOut()
                .number(VERSION)
                .number(totals.countedSinceMillis())
                .number(totals.asOfMillis())
                .number(totals.firstEventMillis())
                .number(totals.lastEventMillis())
                .number(totals.sources().size());
        totals.sources().forEach((source, provider) -> out.text(source).constant(provider));
        totals.events().write(out);
        out.number(totals.groups().size());
        totals.groups().forEach((group, counts) -> counts.write(out.constant(group)));
        out.number(totals.cells().size());
        totals.cells().forEach((cell, number) -> out.number(cell).number(number));
        return out.bytes();
    }

    static Totals decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        return new Totals(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                sources(in),
                Counts.read(in, EventKind.class),
                groups(in),
                cells(in));
    }

    private static SortedMap<String, Provider> sources(BinaryIn in) {
        SortedMap<String, Provider> sources = new TreeMap<>();
        for (int left = in.count(); left > 0; left--) {
            String source = in.text();
            sources.put(source, in.constant(Provider.class));
        }
        return sources;
    }

    private static Map<RecipientGroup, Counts<MessageCount>> groups(BinaryIn in) {
        Map<RecipientGroup, Counts<MessageCount>> groups = new EnumMap<>(RecipientGroup.class);
        for (int left = in.count(); left > 0; left--) {
            RecipientGroup group = in.constant(RecipientGroup.class);
            groups.put(group, Counts.read(in, MessageCount.class));
        }
        return groups;
    }

    private static SortedMap<Integer, Long> cells(BinaryIn in) {
        SortedMap<Integer, Long> cells = new TreeMap<>();
        for (int left = in.count(); left > 0; left--) {
            int cell = in.count();
            cells.put(cell, in.number());
        }
        return cells;
    }
}
