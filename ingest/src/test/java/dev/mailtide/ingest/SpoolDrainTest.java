package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolFiles;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool whose ingest will not come back. */
@OnKafka
class SpoolDrainTest {

    private static final int BODIES = 300;
    private static final String SEGMENT = "00000000000000000001.spool";

    @TempDir
    Path folder;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);

    @Test
    void every_body_stands_in_the_raw_topic_under_its_receipt_id_and_the_folder_is_empty() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        try (Spool spool = Spool.open(SpoolFiles.unlimited(folder), new DiskIo())) {
            for (int i = 0; i < BODIES; i++) {
                expected.put("receipt-" + i, "body " + i + " main");
                spool.append(entry(i)).join();
            }
        }
        try (SpoolDrain drain = drain()) {
            assertThat(drain.await()).isEqualTo(drained(BODIES, 0, 0));
        }
        Map<String, String> found = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> raw :
                TopicReader.readAll(TestKafka.access(), topics.raw().name())) {
            byte[] source = raw.headers().lastHeader("source").value();
            found.put(
                    raw.key(),
                    new String(raw.value(), StandardCharsets.UTF_8) + " " + new String(source, StandardCharsets.UTF_8));
        }
        assertThat(found).isEqualTo(expected);
        assertThat(new SpoolFiles(folder, new DiskIo()).inspect()).isEmpty();
        try (SpoolDrain again = drain()) {
            assertThat(again.await()).isEqualTo(drained(0, 0, 0));
        }
    }

    @Test
    void what_cannot_be_read_is_kept_and_told() throws Exception {
        twoBodiesOfWhichTheFirstIsBad();
        try (SpoolDrain drain = drain()) {
            assertThat(drain.await()).isEqualTo(drained(1, 0, 1));
        }
        try (SpoolDrain again = drain()) {
            assertThat(again.await()).isEqualTo(drained(0, 0, 1));
        }
    }

    @Test
    void a_segment_that_can_neither_be_copied_nor_moved_aside_is_not_taken_for_drained() throws Exception {
        twoBodiesOfWhichTheFirstIsBad();
        Files.writeString(folder.resolve("aside"), "no folder can be made where a file is");
        try (SpoolDrain drain = drain()) {
            assertThat(drain.await()).isEqualTo(drained(1, 1, 0));
        }
        assertThat(folder.resolve(SEGMENT)).exists();
    }

    private void twoBodiesOfWhichTheFirstIsBad() throws IOException {
        FrameRef first;
        try (Spool spool = Spool.open(SpoolFiles.unlimited(folder), new DiskIo())) {
            first = spool.append(entry(1)).join();
            spool.append(entry(2)).join();
        }
        byte[] bytes = Files.readAllBytes(folder.resolve(SEGMENT));
        bytes[(int) first.offset() + 40] ^= 1;
        Files.write(folder.resolve(SEGMENT), bytes);
    }

    private static SpoolDrain.Drained drained(long bodies, int segmentsInPlace, int segmentsAside) {
        return new SpoolDrain.Drained(bodies, new SpoolFiles.Left(segmentsInPlace, segmentsAside));
    }

    @Test
    void a_link_with_the_name_of_a_segment_is_neither_followed_nor_deleted() throws Exception {
        fill(folder.resolve("elsewhere"), 1, 2);
        Path segment = folder.resolve("elsewhere").resolve(SEGMENT);
        byte[] before = Files.readAllBytes(segment);
        Path spoolFolder = folder.resolve("spool");
        fill(spoolFolder, 3);
        Path link = Files.createSymbolicLink(spoolFolder.resolve("00000000000000000002.spool"), segment);
        Path drained = Files.createSymbolicLink(spoolFolder.resolve("00000000000000000003.drained"), segment);
        try (SpoolDrain drain = new SpoolDrain(spoolFolder, TestKafka.access(), topics, InstantSource.system())) {
            assertThat(drain.await()).isEqualTo(drained(1, 0, 0));
        }
        assertThat(new SpoolFiles(spoolFolder, new DiskIo()).noSegments())
                .containsExactlyInAnyOrder("00000000000000000002.spool", "00000000000000000003.drained");
        assertThat(Files.readSymbolicLink(link)).isEqualTo(segment);
        assertThat(Files.readSymbolicLink(drained)).isEqualTo(segment);
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
    }

    private static void fill(Path folder, int... numbers) {
        try (Spool spool = Spool.open(SpoolFiles.unlimited(folder), new DiskIo())) {
            for (int number : numbers) {
                spool.append(entry(number)).join();
            }
        }
    }

    @Test
    void a_folder_in_use_is_refused() {
        try (Spool spool = Spool.open(SpoolFiles.unlimited(folder), new DiskIo())) {
            spool.append(entry(1)).join();
            assertThatThrownBy(this::drain)
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("is in use by process");
        }
    }

    private SpoolDrain drain() {
        return new SpoolDrain(folder, TestKafka.access(), topics, InstantSource.system());
    }

    private static SpoolEntry entry(int number) {
        return new SpoolEntry(
                "receipt-" + number,
                List.of(new SpoolEntry.Header("source", "main".getBytes(StandardCharsets.UTF_8))),
                ("body " + number).getBytes(StandardCharsets.UTF_8));
    }
}
