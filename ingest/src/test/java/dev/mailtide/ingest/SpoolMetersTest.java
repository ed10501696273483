package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That no frame of the spool leaves it without a metric that says where it went. */
class SpoolMetersTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration IN_TIME = Duration.ofHours(1);
    private static final int BODY_BYTES = 100;

    private final MockProducer<String, byte[]> kafka =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final RawProducer producer = new RawProducer(() -> kafka, "raw");
    private final Meters meters = new Meters();
    private final Path folder;
    private final Spool spool;
    private final SpoolMeters spoolMeters;

    SpoolMetersTest(@TempDir Path folder) {
        this.folder = folder;
        this.spool = Spool.open(
                new SpoolSettings(folder, 10_000_000, 0, 1_000_000, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT),
                new DiskIo());
        this.spoolMeters = new SpoolMeters(meters, spool, InstantSource.system());
    }

    @AfterEach
    void closeAll() {
        spool.close();
        meters.close();
    }

    @Test
    void a_frame_that_kafka_has_one_that_it_refuses_and_one_that_has_turned_bad_are_each_counted_once()
            throws IOException {
        append("sent");
        append("refused");
        damage(append("damaged"));
        MetricsPage.of(meters).spoolBalances();
        try (Drainer drainer = new Drainer(spool, producer, new KafkaState(IN_TIME), spoolMeters)) {
            drainer.start();
            await().atMost(SOON).until(kafka::completeNext);
            await().atMost(SOON).until(() -> kafka.errorNext(new RecordTooLargeException("too large")));
            await().atMost(SOON).until(() -> spool.status().framesWaiting() == 0);
        }
        MetricsPage after = MetricsPage.of(meters);
        assertThat(after.sum("mailtide_spool_drained_total{by=\"drainer\"}")).isEqualTo(1);
        assertThat(after.sum("mailtide_spool_set_aside_total{reason=\"refused\"}"))
                .isEqualTo(1);
        assertThat(after.sum("mailtide_spool_set_aside_total{reason=\"unreadable\"}"))
                .isEqualTo(1);
        after.spoolBalances();
    }

    private FrameRef append(String receiptId) {
        FrameRef place = spool.append(new SpoolEntry(receiptId, List.of(), new byte[BODY_BYTES]))
                .join();
        spoolMeters.appended();
        return place;
    }

    /** Changes a byte of its content. */
    private void damage(FrameRef frame) throws IOException {
        Path file = folder.resolve("%020d.spool".formatted(frame.segment()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), frame.offset() + BODY_BYTES / 2);
        }
    }
}
