package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.ingest.access.Denial;
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
                .isEqualTo(Map.ofEntries(
                        Map.entry(Refusal.UNKNOWN_SOURCE, 404),
                        Map.entry(Refusal.WRONG_SECRET, 401),
                        Map.entry(Refusal.ADDRESS_NOT_ALLOWED, 403),
                        Map.entry(Refusal.RATE_LIMITED, 429),
                        Map.entry(Refusal.SIGNATURE_MISSING, 401),
                        Map.entry(Refusal.SIGNATURE_TIMESTAMP, 401),
                        Map.entry(Refusal.SIGNATURE_WRONG, 401),
                        Map.entry(Refusal.BODY_TOO_LARGE, 413),
                        Map.entry(Refusal.BODY_INCOMPLETE, 400),
                        Map.entry(Refusal.BODY_TOO_SLOW, 408),
                        Map.entry(Refusal.TOO_MANY_BODIES, 503),
                        Map.entry(Refusal.SPOOL_FULL, 503),
                        Map.entry(Refusal.SPOOL_FAILED, 503),
                        Map.entry(Refusal.SPOOL_BUSY, 503),
                        Map.entry(Refusal.STOPPING, 503),
                        Map.entry(Refusal.INTERNAL, 500)));
    }

    @Test
    void whoever_may_not_post_is_refused_under_the_same_name() {
        for (Denial denial : Denial.values()) {
            assertThat(Refusal.of(denial).name()).isEqualTo(denial.name());
        }
    }

    @Test
    void only_what_can_succeed_later_says_when_to_post_again() {
        Map<Refusal, String> seconds = new EnumMap<>(Refusal.class);
        Arrays.stream(Refusal.values())
                .forEach(refusal -> refusal.retryAfterSeconds().ifPresent(after -> seconds.put(refusal, after)));
        assertThat(seconds)
                .isEqualTo(Map.of(
                        Refusal.RATE_LIMITED, "1",
                        Refusal.TOO_MANY_BODIES, "5",
                        Refusal.SPOOL_FULL, "5",
                        Refusal.SPOOL_FAILED, "5",
                        Refusal.SPOOL_BUSY, "5",
                        Refusal.STOPPING, "5"));
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
