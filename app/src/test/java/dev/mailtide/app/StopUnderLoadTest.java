package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.Clients;
import dev.mailtide.testkit.fault.Sender;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@OnKafka
class StopUnderLoadTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(30);

    private final String prefix = TestKafka.freshPrefix();

    @TempDir
    Path folder;

    @Test
    @EnabledIfSystemProperty(
            named = "mailtide.test.slow-faults",
            matches = "true",
            disabledReason = "takes long: -Dmailtide.test.slow-faults=true")
    void ingest_stopped_under_load_with_kafka_away_says_so_first_and_keeps_all_that_it_answered_200() throws Exception {
        Sender sender;
        try (IngestProcess ingest = ingest("127.0.0.1:" + EmbeddedBroker.freePort())) {
            sender = ingest.sender();
            try (Clients clients = new Clients(sender, 8)) {
                clients.awaitStored("spool", 300);
                ingest.terminate();
                await().atMost(SOON).until(() -> sender.statusOf("/readyz") == 503);
                int answeredThen = sender.answered200();
                assertThat(ingest.exitCode(STOP_MAX)).as(ingest.log()).isZero();
                assertThat(sender.answered200())
                        .as("answered after it said that it stops")
                        .isGreaterThan(answeredThen);
            }
        }
        assertThat(sender.statuses()).containsOnlyKeys(200);
        try (IngestProcess next = ingest(TestKafka.access().bootstrapServers())) {
            sender.moveTo(next.port());
            sender.awaitHealed();
            sender.assertAllKept(TestKafka.access(), prefix + "raw.v1");
        }
    }

    private IngestProcess ingest(String kafka) throws Exception {
        return new IngestProcess(
                folder,
                List.of(),
                "ingest.stop-grace: 1s",
                "topics.prefix: " + prefix,
                "kafka.bootstrap.servers: " + kafka);
    }
}
