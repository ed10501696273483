package dev.mailtide.app.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** What all events of one send have in common, whoever receives it. */
record Send(String from, Identity identity, String subject, Map<String, String> customHeaders) {
    private static final List<String> SUBJECTS = List.of(
            "Visit summary",
            "Your statement",
            "Appointment reminder",
            "Lab results are ready",
            "Ihr Rezept liegt bereit");
    private static final List<String> CAMPAIGNS = List.of("reminders", "statements", "results");

    Send {
        customHeaders = Map.copyOf(customHeaders);
    }

    static Send draw(Sender sender, Identity identity, RandomGenerator random) {
        String subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        return new Send(sender.from(random), identity, subject, customHeaders(random));
    }

    private static Map<String, String> customHeaders(RandomGenerator random) {
        Map<String, String> headers = new TreeMap<>();
        if (random.nextInt(10) < 4) {
            headers.put("X-Tenant", "t-" + random.nextInt(1, 40));
            headers.put("X-Campaign", CAMPAIGNS.get(random.nextInt(CAMPAIGNS.size())));
        }
        return headers;
    }

    /**
     * By what the product tells sends apart. Both ids hold the run, so that two runs never meet, not even with the same
     * seed.
     */
    record Identity(Optional<String> headerMessageId, String trackingId) {
        static Identity of(String runId, int number, String domain) {
            String local = runId + "." + Integer.toString(number, Character.MAX_RADIX);
            return new Identity(Optional.of("<" + local + "@" + domain + ">"), trackingId(runId, number));
        }

        /** As in mail sent by Paubox's other products: the tracking id has to do. */
        static Identity withoutMessageId(String runId, int number) {
            return new Identity(Optional.empty(), trackingId(runId, number));
        }

        private static String trackingId(String runId, int number) {
            byte[] name = (runId + "/" + number).getBytes(StandardCharsets.UTF_8);
            return UUID.nameUUIDFromBytes(name).toString().toLowerCase(Locale.ROOT);
        }
    }
}
