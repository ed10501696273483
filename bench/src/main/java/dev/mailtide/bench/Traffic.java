package dev.mailtide.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/**
 * Made-up traffic in Paubox's shape, as a numbered series of bodies in which no event comes twice: messages are delivered,
 * some late and some never, and later opened. Safe for use by several threads.
 */
final class Traffic {

    /** No body is smaller. */
    static final int BODY_BYTES_MIN = Bodies.BYTES_MIN;

    /** So many messages later comes the next event of a message. */
    private static final int LATER = 5_000;

    private static final int HEADER_TEXT_CHARS = 1 << 20;
    private static final String[] MAILBOXES = {"mail.example", "gmail.com", "outlook.com", "yahoo.com", "icloud.com"};
    private static final String[] SUBJECTS = {"appointment", "invoice", "lab result", "newsletter", "statement"};

    private final Shape shape;
    private final long seed;
    private final String headerText;

    /** @param seed the same one gives the same bodies */
    Traffic(Shape shape, long seed) {
        this.shape = shape;
        this.seed = seed;
        this.headerText = headerText(new Random(seed));
    }

    /**
     * What it is like.
     *
     * @param name of the domains, with a number behind it
     * @param domains of senders, each as busy as the others
     * @param eventsPerMessage 1 for deliveries alone, 2 for an open after each of them
     * @param bodyBytes size of every body, {@link #BODY_BYTES_MIN} or more
     */
    record Shape(String name, int domains, int eventsPerMessage, int bodyBytes) {}

    /** Hex digits compress as ids and names of real headers do; words alone would compress too well. */
    private static String headerText(Random chance) {
        StringBuilder text = new StringBuilder(HEADER_TEXT_CHARS + 16);
        while (text.length() < HEADER_TEXT_CHARS) {
            text.append(SUBJECTS[chance.nextInt(SUBJECTS.length)])
                    .append('-')
                    .append(Integer.toHexString(chance.nextInt()))
                    .append(' ');
        }
        return text.toString();
    }

    /** The body of this number, about something that happened then. */
    byte[] body(long number, Instant at) {
        long message = messageOf(number);
        boolean isFirst = number % lives() < LATER;
        long random = scrambled(seed ^ message * 31);
        String domain = domainOf(number);
        String subject = SUBJECTS[(int) (message % SUBJECTS.length)];
        StringBuilder json = new StringBuilder(shape.bodyBytes())
                .append("{\"event_name\":\"api_mail_log_")
                .append(eventOf(message, isFirst))
                .append("\",\"payload\":{\"id\":")
                .append(number + 1)
                .append(",\"subject\":\"Your ")
                .append(subject)
                .append(" of ")
                .append(message % 10_000)
                .append("\",\"header_message_id\":\"<")
                .append(new UUID(random, scrambled(random)))
                .append('@')
                .append(domain)
                .append(">\",\"source_tracking_id\":\"")
                .append(new UUID(scrambled(random + 1), scrambled(random + 2)))
                .append("\",\"outbound_queue_id\":\"")
                .append(Long.toString(random >>> 1, Character.MAX_RADIX))
                .append("\",\"time\":\"")
                .append(at)
                .append("\",\"from\":\"care@")
                .append(domain)
                .append("\",\"to\":\"patient-")
                .append(Math.floorMod(random, 1_000_000L))
                .append('@')
                .append(MAILBOXES[(int) (message % MAILBOXES.length)])
                .append("\",\"custom_headers\":{\"X-Campaign\":\"");
        int left = Math.max(0, shape.bodyBytes() - json.length() - "\"}}}".length());
        int from = (int) Math.floorMod(scrambled(random + 3), (long) (HEADER_TEXT_CHARS - left));
        return json.append(headerText, from, from + left)
                .append("\"}}}")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    private long messageOf(long number) {
        return number / lives() * LATER + number % LATER;
    }

    private long lives() {
        return (long) shape.eventsPerMessage() * LATER;
    }

    /** The sender's domain of the body of this number. */
    String domainOf(long number) {
        return domain(Math.floorMod(scrambled(messageOf(number)), shape.domains()));
    }

    /** The domains, from 0 on. */
    String domain(int number) {
        return shape.name() + "-" + number + ".example";
    }

    /** Two of a hundred bounce for good, five are late. */
    private static String eventOf(long message, boolean isFirst) {
        int fate = (int) (message % 100);
        if (fate < 2) {
            return isFirst ? "temporary_failure" : "permanent_failure";
        } else if (fate < 7) {
            return isFirst ? "temporary_failure" : "delivered";
        }
        return isFirst ? "delivered" : "opened";
    }

    /** SplitMix64: neighbours come out far apart, and no two come out alike. */
    private static long scrambled(long number) {
        long mixed = number + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
