package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fault.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** More connections than the process may open files. */
class FewFilesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int FILES = 256;
    private static final int CONNECTIONS = 400;

    /** Enough for several segments of the spool: each is a file that must be opened. */
    private static final int POSTS = 200;

    @TempDir
    Path folder;

    @Test
    @EnabledIfSystemProperty(
            named = "mailtide.test.slow-faults",
            matches = "true",
            disabledReason = "takes long: -Dmailtide.test.slow-faults=true")
    void a_crowd_of_connections_is_refused_while_a_client_that_was_there_goes_on_and_the_spool_finds_its_files()
            throws Exception {
        int kafkaPort = EmbeddedBroker.freePort();
        List<Socket> crowd = new ArrayList<>();
        try (IngestProcess ingest = new IngestProcess(
                folder,
                List.of("bash", "-c", "ulimit -n " + FILES + "; exec \"$@\"", "ingest"),
                "kafka.bootstrap.servers: 127.0.0.1:" + kafkaPort)) {
            Sender sender = ingest.sender();
            assertThat(sender.post()).isEqualTo(200);
            for (int i = 0; i < CONNECTIONS; i++) {
                crowd.add(new Socket(InetAddress.getLoopbackAddress(), ingest.port()));
            }
            for (int i = 0; i < POSTS; i++) {
                assertThat(sender.post()).isEqualTo(200);
            }
            await().atMost(SOON)
                    .until(() -> sender.metric("mailtide_http_cut_total{reason=\"too-many-connections\"}") > 0);
            assertThat(sender.metric("mailtide_http_connections"))
                    .isLessThanOrEqualTo(sender.metric("mailtide_http_connections_max"));
            assertThat(sender.metric("mailtide_spool_appended_total")).isEqualTo(POSTS + 1);

            close(crowd);
            await().atMost(SOON).until(() -> sender.metric("mailtide_http_connections") <= 2);
            sender.connectAnew();
            assertThat(sender.post()).isEqualTo(200);
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), kafkaPort)) {
                KafkaAccess kafka = KafkaAccess.at(broker.bootstrapServers());
                sender.awaitHealed();
                assertThat(sender.statuses()).containsOnlyKeys(200);
                assertThat(sender.unanswered()).isZero();
                sender.assertAllKept(kafka, "email.raw.v1");
            }
        } finally {
            close(crowd);
        }
    }

    private static void close(List<Socket> crowd) throws IOException {
        for (Socket one : crowd) {
            one.close();
        }
    }
}
