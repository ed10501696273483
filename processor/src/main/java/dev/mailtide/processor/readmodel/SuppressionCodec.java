package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A row of a recipient as it stands in a database. */
final class SuppressionCodec {

    private static final byte VERSION = 1;
    private static final int MARK_BYTES = Long.BYTES + Fingerprint.BYTES;
    private static final SuppressionFact[] FACTS = SuppressionFact.values();

    private SuppressionCodec() {}

    @SuppressWarnings("EnumOrdinal") // The order is part of the stored form, and says so.
    static byte[] encode(SuppressionRow row) {
        ByteBuffer bytes = ByteBuffer.allocate(3
                + Long.BYTES
                + row.latest().size() * (1 + MARK_BYTES)
                + row.softBounces().size() * (Fingerprint.BYTES + MARK_BYTES));
        bytes.put(VERSION).putLong(row.asOfMillis());
        bytes.put((byte) row.latest().size());
        for (Map.Entry<SuppressionFact, SuppressionMark> fact :
                inOrder(row.latest()).entrySet()) {
            bytes.put((byte) fact.getKey().ordinal());
            put(bytes, fact.getValue());
        }
        bytes.put((byte) row.softBounces().size());
        for (SoftBounce bounce : row.softBounces()) {
            bytes.put(bounce.message().bytes());
            put(bytes, bounce.mark());
        }
        return bytes.array();
    }

    private static EnumMap<SuppressionFact, SuppressionMark> inOrder(Map<SuppressionFact, SuppressionMark> latest) {
        EnumMap<SuppressionFact, SuppressionMark> sorted = new EnumMap<>(SuppressionFact.class);
        sorted.putAll(latest);
        return sorted;
    }

    private static void put(ByteBuffer bytes, SuppressionMark mark) {
        bytes.putLong(mark.atMillis()).put(mark.event().bytes());
    }

    static SuppressionRow decode(byte[] row) {
        ByteBuffer bytes = ByteBuffer.wrap(row);
        if (bytes.get() != VERSION) {
            throw new IllegalStateException("a row of another release; delete the folder of the read model");
        }
        long asOfMillis = bytes.getLong();
        Map<SuppressionFact, SuppressionMark> latest = new EnumMap<>(SuppressionFact.class);
        for (int left = bytes.get(); left > 0; left--) {
            latest.put(FACTS[bytes.get()], mark(bytes));
        }
        List<SoftBounce> softBounces = new ArrayList<>();
        for (int left = bytes.get(); left > 0; left--) {
            softBounces.add(new SoftBounce(fingerprint(bytes), mark(bytes)));
        }
        return new SuppressionRow(latest, softBounces, asOfMillis);
    }

    private static SuppressionMark mark(ByteBuffer bytes) {
        return new SuppressionMark(bytes.getLong(), fingerprint(bytes));
    }

    private static Fingerprint fingerprint(ByteBuffer bytes) {
        byte[] id = new byte[Fingerprint.BYTES];
        bytes.get(id);
        return Fingerprint.ofBytes(id);
    }
}
