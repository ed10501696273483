package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import java.util.EnumMap;
import java.util.Map;
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
        new TreeMap<>(delta.messages())
                .forEach((count, by) -> out.constant(count).number(by));
        out.number(delta.cells().size());
        new TreeMap<>(delta.cells()).forEach((cell, by) -> out.number(cell).number(by));
        return out.number(delta.distinct() ? 1 : 0).bytes();
    }

    static Delta decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        return new Delta(
                in.number(),
                in.number(),
                in.constant(EventKind.class),
                in.text(),
                in.constant(Provider.class),
                in.constant(RecipientGroup.class),
                messages(in),
                cells(in),
                in.number() == 1);
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
