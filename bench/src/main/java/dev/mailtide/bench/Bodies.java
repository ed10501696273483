package dev.mailtide.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Made-up bodies in Paubox's shape, the same for every target of a run. */
final class Bodies {

    /** No body is smaller. */
    static final int BYTES_MIN = 600;

    /** Enough that a batch hardly ever holds one twice, which would compress as no real traffic does. */
    private static final int HOW_MANY = 1_024;

    private static final List<String> WORDS = List.of(
            "appointment",
            "billing",
            "campaign",
            "claim",
            "clinic",
            "invoice",
            "lab-result",
            "newsletter",
            "portal",
            "reminder",
            "renewal",
            "statement",
            "survey",
            "welcome");

    private static final List<String> EVENTS = List.of(
            "api_mail_log_delivered",
            "api_mail_log_opened",
            "api_mail_log_temporary_failure",
            "api_mail_log_permanent_failure");

    private final Random chance;
    private final int bytes;

    private Bodies(Random chance, int bytes) {
        this.chance = chance;
        this.bytes = bytes;
    }

    /**
     * Bodies of this size each: the custom headers are what makes them longer.
     *
     * @param bytes {@link #BYTES_MIN} or more
     * @param seed the same one gives the same bodies
     */
    static List<byte[]> of(int bytes, long seed) {
        Bodies bodies = new Bodies(new Random(seed), bytes);
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < HOW_MANY; i++) {
            all.add(bodies.next());
        }
        return List.copyOf(all);
    }

    private byte[] next() {
        String domain = pick(WORDS) + "-" + chance.nextInt(10_000) + ".example";
        String start = """
                {"event_name":"%s","payload":{"id":%d,"subject":"Your %s of %d","header_message_id":"<%s@%s>",\
                "source_tracking_id":"%s","outbound_queue_id":"%s","time":"2026-04-18T%02d:%02d:%02d.%03dZ",\
                "from":"care@%s","to":"patient-%d@mail.example","custom_headers":{""".formatted(
                        pick(EVENTS),
                        chance.nextInt(Integer.MAX_VALUE),
                        pick(WORDS),
                        chance.nextInt(10_000),
                        id(),
                        domain,
                        id(),
                        Long.toString(chance.nextLong() >>> 1, Character.MAX_RADIX),
                        chance.nextInt(24),
                        chance.nextInt(60),
                        chance.nextInt(60),
                        chance.nextInt(1_000),
                        domain,
                        chance.nextInt(1_000_000));
        return (start + customHeaders(bytes - start.length() - 3) + "}}}").getBytes(StandardCharsets.US_ASCII);
    }

    private String customHeaders(int chars) {
        StringBuilder headers = new StringBuilder("\"X-Campaign\":\"");
        while (headers.length() < chars - 1) {
            headers.append(pick(WORDS))
                    .append('-')
                    .append(Integer.toHexString(chance.nextInt()))
                    .append(' ');
        }
        headers.setLength(Math.max(Math.min(headers.length(), chars - 1), "\"X-Campaign\":\"".length()));
        return headers.append('"').toString();
    }

    private String id() {
        return new UUID(chance.nextLong(), chance.nextLong()).toString();
    }

    private String pick(List<String> some) {
        return some.get(chance.nextInt(some.size()));
    }
}
