package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** A mistake of ours in one question must not be the last question. */
@OnKafka
class FreshnessTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-04-18T20:00:00Z");

    private final KafkaAccess kafka = TestKafka.access();
    private final String source = TestKafka.freshPrefix() + "source";

    @Test
    void freshness_is_asked_for_again_after_a_failure_that_nobody_foresaw() throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.createTopics(List.of(new NewTopic(source, 1, (short) 1)))
                    .all()
                    .get();
        }
        AtomicBoolean fails = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();
        try (Freshness freshness = new Freshness(kafka, source + "-group", List.of(source), () -> {
            if (fails.get()) {
                failures.incrementAndGet();
                throw new IllegalStateException("a mistake");
            }
            return NOW;
        })) {
            fails.set(true);
            freshness.start();
            await().atMost(SOON).until(() -> failures.get() > 0);
            fails.set(false);
            await().atMost(SOON).until(() -> freshness.asOf().isPresent());
            assertThat(freshness.asOf()).contains(NOW);
        }
    }

    @Test
    void copies_are_looked_at_again_after_a_failure_that_nobody_foresaw() {
        AtomicInteger looks = new AtomicInteger();
        try (StandbyProgress copies = new StandbyProgress(kafka, "app", () -> {
            if (looks.getAndIncrement() == 0) {
                throw new IllegalStateException("a mistake");
            }
            return Optional.empty();
        })) {
            copies.start();
            await().atMost(SOON).until(() -> looks.get() > 1);
        }
    }
}
