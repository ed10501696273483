package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The form of {@link Delta} on the internal topic between the two keyed steps, version 1. */
final class DeltaCodec {

    private static final int VERSION = 1;

    private DeltaCodec() {}

    static byte[] encode(Delta delta) {
        BinaryOut out = new BinaryOut()
                .number(VERSION)
                .number(delta.appendMillis())
                .number(delta.occurredMillis())
                .constant(delta.kind())
                .text(delta.source())
                .constant(delta.provider())
                .constant(delta.group())
                .number(delta.messages().size());
        delta.messages().forEach((count, by) -> out.constant(count).number(by));
        out.number(delta.cells().size());
        new TreeMap<>(delta.cells()).forEach((cell, by) -> out.number(cell).number(by));
        write(out, delta.move().from(), delta.occurredMillis());
        write(out, delta.move().to(), delta.occurredMillis());
        return out.number(delta.distinct() ? 1 : 0).bytes();
    }

    /** Most often the earliest event is this one, or near it: the difference is short. */
    private static void write(BinaryOut out, Optional<SeriesPlace> place, long occurredMillis) {
        out.number(place.isPresent() ? 1 : 0);
        place.ifPresent(at -> out.number(at.earliestMillis() - occurredMillis).constant(at.standing()));
    }

    static Delta decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        long appendMillis = in.number();
        long occurredMillis = in.number();
        return new Delta(
                appendMillis,
                occurredMillis,
                in.constant(EventKind.class),
                in.text(),
                in.constant(Provider.class),
                in.constant(RecipientGroup.class),
                messages(in),
                cells(in),
                new SeriesMove(place(in, occurredMillis), place(in, occurredMillis)),
                in.number() == 1);
    }

    private static Optional<SeriesPlace> place(BinaryIn in, long occurredMillis) {
        return in.number() == 0
                ? Optional.empty()
                : Optional.of(new SeriesPlace(occurredMillis + in.number(), in.constant(Standing.class)));
    }

    private static Map<MessageCount, Integer> messages(BinaryIn in) {
        Map<MessageCount, Integer> messages = new EnumMap<>(MessageCount.class);
        for (int left = in.count(); left > 0; left--) {
            MessageCount count = in.constant(MessageCount.class);
            messages.put(count, in.count());
        }
        return messages;
    }

    private static Map<Integer, Integer> cells(BinaryIn in) {
        Map<Integer, Integer> cells = new TreeMap<>();
        for (int left = in.count(); left > 0; left--) {
            int cell = in.count();
            cells.put(cell, in.count());
        }
        return cells;
    }
}
