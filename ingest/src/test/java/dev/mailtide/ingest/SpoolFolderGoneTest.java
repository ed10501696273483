package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.access.CapturedLog;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody takes away from the spool while ingest runs: the folder, or a segment of it. */
class SpoolFolderGoneTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration IN_TIME = Duration.ofHours(1);
    private static final int SEGMENT_BYTES = 500;
    private static final int BODY_BYTES = 100;
    private static final int BODIES = 20;

    private final MockProducer<String, byte[]> kafka =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final RawProducer producer = new RawProducer(() -> kafka, "raw");
    private final KafkaState state = new KafkaState(IN_TIME);
    private final Meters meters = new Meters();
    private final Path folder;
    private final Path elsewhere;
    private final Spool spool;
    private final SpoolMeters spoolMeters;
    private final Hedge hedge;

    SpoolFolderGoneTest(@TempDir Path parent) {
        folder = parent.resolve("spool");
        elsewhere = parent.resolve("elsewhere");
        // A reserve, since the free bytes of a folder that is gone are none.
        SpoolSettings settings = new SpoolSettings(
                folder, 10_000_000, 1, SEGMENT_BYTES, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT);
        spool = Spool.open(settings, new DiskIo());
        spoolMeters = new SpoolMeters(meters, spool, InstantSource.system());
        Publisher notRunning = new Publisher(producer, new IngestSettings.QueueLimits(1, 1), state);
        hedge = new Hedge(notRunning, spool, state, Duration.ZERO, Duration.ofMillis(50), spoolMeters);
    }

    @AfterEach
    void closeAll() {
        hedge.close();
        spool.close();
        meters.close();
    }

    @Test
    void a_body_is_refused_as_spool_failed_and_what_waits_is_drained_when_the_folder_is_back() throws Exception {
        append(BODIES);
        CapturedLog log = CapturedLog.during(() -> {
            Files.move(folder, elsewhere);
            await().atMost(SOON).until(() -> spool.status().problem().isPresent());
            assertThat(spool.status().problem()).contains("its folder " + folder + " is gone");
            assertThat(post()).isEqualTo(new Outcome.Refused(Refusal.SPOOL_FAILED));
            assertThat(spool.poll(Duration.ZERO)).isEmpty();
            spoolBalancesWith(BODIES, 0);
            Files.move(elsewhere, folder);
            drain();
            await().atMost(SOON).until(() -> spool.status().problem().isEmpty());
        });
        spoolBalancesWith(0, 0);
        assertThat(kafka.history()).hasSize(BODIES);
        assertThat(post()).isEqualTo(new Outcome.Stored(Outcome.Way.SPOOL));
        assertThat(complaints(log))
                .containsExactly("the spool takes nothing: its folder " + folder
                        + " is gone; put it back as it was, since bodies that were answered 200 wait in it;"
                        + " trying again until it does");
    }

    @Test
    void a_new_folder_in_its_place_is_left_alone() throws Exception {
        append(BODIES);
        Files.move(folder, elsewhere);
        Files.createDirectory(folder);
        Path foreign = Files.writeString(segment(1), "of somebody else");
        await().atMost(SOON).until(() -> spool.status().problem().isPresent());
        assertThat(post()).isEqualTo(new Outcome.Refused(Refusal.SPOOL_FAILED));
        assertThat(spool.poll(Duration.ZERO)).isEmpty();
        spoolBalancesWith(BODIES, 0);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(foreign);
        }
    }

    @Test
    void the_bodies_of_a_segment_that_was_taken_away_are_counted_as_lost_and_named_once() throws Exception {
        long inFirst =
                append(BODIES).stream().filter(place -> place.segment() == 1).count();
        Files.delete(segment(1));
        CapturedLog log = CapturedLog.during(this::drain);
        spoolBalancesWith(0, inFirst);
        assertThat(kafka.history()).hasSize(BODIES - (int) inFirst);
        assertThat(complaints(log))
                .containsExactly("segment 1 is gone, and Kafka may not have " + inFirst
                        + " bodies of it that were answered 200; going on with the next. If the file is somewhere else,"
                        + " drain it from there in a folder of its own");
    }

    @Test
    void the_bodies_that_were_to_be_sent_again_and_those_that_were_not_yet_are_named_together() throws Exception {
        List<FrameRef> first =
                append(BODIES).stream().filter(place -> place.segment() == 1).toList();
        FrameRef sentOnce = spool.poll(SOON).orElseThrow().ref();
        FrameRef sentTwice = spool.poll(SOON).orElseThrow().ref();
        spool.again(sentOnce);
        spool.again(sentTwice);
        Files.delete(segment(1));
        CapturedLog log = CapturedLog.during(this::drain);
        spoolBalancesWith(0, first.size());
        assertThat(log.linesWith("bodies of it"))
                .singleElement()
                .asString()
                .contains("Kafka may not have " + first.size() + " bodies of it");
    }

    @Test
    void a_body_is_not_kept_in_a_segment_that_was_taken_away() throws Exception {
        assertThat(append(1)).extracting(FrameRef::segment).containsExactly(1L);
        Files.delete(segment(1));
        assertThat(append(1)).extracting(FrameRef::segment).containsExactly(2L);
    }

    @Test
    void a_body_is_not_kept_in_a_segment_that_was_replaced_by_its_own_copy() throws Exception {
        assertThat(append(1)).extracting(FrameRef::segment).containsExactly(1L);
        Path copy = Files.copy(segment(1), folder.resolve("copy"));
        Files.move(copy, segment(1), StandardCopyOption.REPLACE_EXISTING);
        assertThat(append(1)).extracting(FrameRef::segment).containsExactly(2L);
        drain();
        spoolBalancesWith(0, 0);
        assertThat(kafka.history()).hasSize(2);
    }

    private List<FrameRef> append(int bodies) {
        return Stream.generate(() -> spool.append(entry()).join())
                .limit(bodies)
                .peek(place -> spoolMeters.appended())
                .toList();
    }

    private Outcome post() {
        return hedge.accept(entry()).join();
    }

    private static SpoolEntry entry() {
        return new SpoolEntry("receipt", List.of(), new byte[BODY_BYTES]);
    }

    private void drain() {
        try (Drainer drainer = new Drainer(spool, producer, state, spoolMeters)) {
            drainer.start();
            await().atMost(SOON).until(() -> spool.status().framesWaiting() == 0);
        }
    }

    private Path segment(long number) {
        return folder.resolve("%020d.spool".formatted(number));
    }

    private void spoolBalancesWith(long waiting, long lost) {
        MetricsPage page = MetricsPage.of(meters);
        page.spoolBalances();
        assertThat(page.sum("mailtide_spool_waiting_frames")).isEqualTo(waiting);
        assertThat(page.sum("mailtide_spool_lost_total")).isEqualTo(lost);
    }

    /** What the log says from WARN on, without where it comes from. */
    private static List<String> complaints(CapturedLog log) {
        return log.text()
                .lines()
                .filter(line -> line.contains("WARN ") || line.contains("ERROR "))
                .map(line -> line.substring(line.indexOf(" - ") + 3))
                .toList();
    }
}
