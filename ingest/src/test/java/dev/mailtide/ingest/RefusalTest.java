package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RefusalTest {

    @Test
    void every_refusal_has_this_status() {
        Map<Refusal, Integer> statuses = new EnumMap<>(Refusal.class);
        Arrays.stream(Refusal.values())
                .forEach(refusal -> statuses.put(refusal, refusal.problem().status()));
        assertThat(statuses)
                .isEqualTo(Map.of(
                        Refusal.UNKNOWN_SOURCE, 404,
                        Refusal.WRONG_SECRET, 401,
                        Refusal.BODY_TOO_LARGE, 413,
                        Refusal.BODY_INCOMPLETE, 400,
                        Refusal.QUEUE_FULL, 503,
                        Refusal.KAFKA_SLOW, 503,
                        Refusal.KAFKA_UNAVAILABLE, 503));
    }

    @Test
    void receipt_ids_are_of_version_7_and_never_the_same() {
        ReceiptIds ids = new ReceiptIds(new SecureRandom());
        Instant receivedAt = Instant.parse("2026-04-18T20:27:26.001Z");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            UUID id = UUID.fromString(ids.next(receivedAt));
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(receivedAt.toEpochMilli());
            assertThat(seen.add(id.toString())).isTrue();
        }
    }
}
