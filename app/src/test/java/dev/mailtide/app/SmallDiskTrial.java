package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.BrokerChild;
import dev.mailtide.testkit.fault.Clients;
import dev.mailtide.testkit.fault.Sender;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spool's disk is full to the last byte while Kafka is away. Not a part of the build: {@code .ci/small-disk} mounts a
 * small file system and runs it.
 */
class SmallDiskTrial {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;

    @TempDir
    Path folder;

    @Test
    void a_full_disk_refuses_what_it_must_drains_without_a_free_byte_and_then_takes_bodies_again() throws Exception {
        Path disk = smallDisk();
        int kafkaPort = EmbeddedBroker.freePort();
        try (IngestProcess ingest = new IngestProcess(
                folder,
                List.of(),
                "spool.dir: " + disk.resolve("spool"),
                "ingest.answer-wait: 1s",
                "kafka.bootstrap.servers: 127.0.0.1:" + kafkaPort)) {
            Sender sender = ingest.sender();
            postUntilFull(sender, disk);
            fillUp(disk.resolve("the-last-bytes"));
            assertThat(sender.post()).isEqualTo(503);
            assertThat(Files.getFileStore(disk).getUsableSpace()).isZero();
            assertThat(sender.statuses()).containsOnlyKeys(200, 503);
            System.out.println("full: " + sender.statuses() + ", waiting "
                    + sender.metric("mailtide_spool_waiting_frames") + " bodies");

            try (BrokerChild broker = new BrokerChild(folder.resolve("kafka"), kafkaPort)) {
                long since = System.nanoTime();
                await().atMost(SOON).until(() -> sender.post() == 200);
                sender.awaitHealed();
                System.out.println("drained and healed in " + Duration.ofNanos(System.nanoTime() - since));
                sender.assertAllKept(broker.access(), "email.raw.v1");
                await().atMost(SOON).until(() -> sender.metric("mailtide_spool_accepting") == 1);
                broker.kill();
                // The room of what was drained is there again, though the other's files still are, too.
                sender.awaitStored("spool", 100);
                broker.startAgain();
                sender.awaitHealed();
                sender.assertAllKept(broker.access(), "email.raw.v1");
            }
        }
    }

    private static Path smallDisk() throws IOException {
        String disk = System.getProperty("mailtide.trial.disk", "");
        assumeTrue(!disk.isEmpty(), "needs a small file system of its own: .ci/small-disk");
        assertThat(Files.getFileStore(Path.of(disk)).getTotalSpace()).isLessThan(64L * 1024 * 1024);
        return Path.of(disk);
    }

    /** The spool has half of the disk when somebody else takes the rest. */
    private static void postUntilFull(Sender sender, Path disk) throws IOException, InterruptedException {
        try (Clients clients = new Clients(sender, CLIENTS)) {
            clients.awaitStored("spool", 1_500);
            fillUp(disk.resolve("somebody-else"));
            clients.awaitRefused("spool-full", 30);
        }
    }

    /** Until not a byte is left. */
    private static void fillUp(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] page = new byte[4_096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }
}
