package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolEntry.Header;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Entries whose every byte follows from their number, so that what comes back can be checked in full. */
final class Entries {

    static final int RECEIVED_AT = 1_700_000;

    private Entries() {}

    static String id(int number) {
        return "receipt-" + number;
    }

    /** With a body of 0 to 600 bytes. */
    static SpoolEntry of(int number) {
        Random random = new Random(number * 31L + 7);
        byte[] body = new byte[random.nextInt(600)];
        random.nextBytes(body);
        return with(number, body);
    }

    static SpoolEntry with(int number, byte[] body) {
        return new SpoolEntry(
                id(number),
                List.of(
                        new Header("source", "paubox-main".getBytes(StandardCharsets.UTF_8)),
                        new Header(
                                "received-at",
                                Integer.toString(RECEIVED_AT + number).getBytes(StandardCharsets.UTF_8))),
                body);
    }

    static int number(SpoolEntry entry) {
        return Integer.parseInt(entry.receiptId().substring("receipt-".length()));
    }

    /** Whether it is, to the last byte, the one with its number. */
    static boolean isWhole(SpoolEntry entry) {
        SpoolEntry expected = of(number(entry));
        return Arrays.equals(expected.body(), entry.body()) && headers(expected).equals(headers(entry));
    }

    private static List<String> headers(SpoolEntry entry) {
        return entry.headers().stream()
                .map(header -> header.name() + "=" + new String(header.value(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The numbers of everything that is due; each is checked, and none is acked. */
    static Set<Integer> due(Spool spool) throws InterruptedException {
        Set<Integer> numbers = new TreeSet<>();
        Optional<Due> due = spool.poll(Duration.ZERO);
        while (due.isPresent()) {
            if (!isWhole(due.get().entry())) {
                throw new AssertionError(
                        "not as it was appended: " + due.get().entry().receiptId());
            }
            numbers.add(number(due.get().entry()));
            due = spool.poll(Duration.ZERO);
        }
        return numbers;
    }
}
