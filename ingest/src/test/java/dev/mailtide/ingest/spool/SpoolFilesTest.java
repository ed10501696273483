package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolFilesTest {

    private static final Path FOLDER = Path.of("spool");
    private static final Path OTHER = Path.of("other");
    private static final SpoolFolder FILES = new SpoolFolder(FOLDER);
    private static final SpoolSettings SETTINGS = Spools.settings(FOLDER);

    private final ModelDisk disk = new ModelDisk();
    private final SpoolFiles files = new SpoolFiles(FOLDER, disk);

    @Test
    void an_inspection_says_what_stands_in_each_segment() {
        Spools.left(SETTINGS, disk, 3, 1, 2);
        assertThat(files.inspect())
                .containsExactly(new SegmentReport(
                        "00000000000000000001.spool",
                        disk.bytes(FILES.waiting(1)).length,
                        3,
                        0,
                        0,
                        0,
                        Optional.of(Instant.ofEpochMilli(Entries.RECEIVED_AT + 1)),
                        Optional.of(Instant.ofEpochMilli(Entries.RECEIVED_AT + 3))));
    }

    @Test
    void a_sick_segment_is_found_and_its_good_frames_are_salvaged_with_what_was_set_aside() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1)).join();
            spool.setAside(spool.poll(Duration.ZERO).orElseThrow().ref(), "RecordTooLarge");
        }
        List<FrameRef> places = Spools.left(SETTINGS, disk, 2, 3, 4);
        Path sick = FILES.waiting(places.get(0).segment());
        Spools.left(SETTINGS, disk, 5);
        byte[] bytes = disk.bytes(sick);
        bytes[(int) places.get(1).offset() + 30] ^= 1;
        disk.put(sick, bytes);
        long badBytes = places.get(2).offset() - places.get(1).offset();
        assertThat(files.verify().stream().filter(SegmentReport::isSick))
                .hasSize(1)
                .allMatch(report -> report.badBytes() == badBytes && report.frames() == 2);
        assertThat(files.salvage(Spools.settings(OTHER))).isEqualTo(new SpoolFiles.Salvaged(4, 2, 1, 1, badBytes));
        try (Spool spool = Spool.open(Spools.settings(OTHER), disk)) {
            assertThat(Entries.due(spool)).containsExactly(1, 2, 4, 5);
        }
    }

    @Test
    void a_segment_that_is_put_away_while_the_others_are_read_is_left_out() throws Exception {
        Spools.left(SETTINGS, disk, 1);
        Spools.left(SETTINGS, disk, 2);
        disk.afterList(() -> disk.putAway(FILES.waiting(1)));
        assertThat(files.inspect()).extracting(SegmentReport::file).containsExactly("00000000000000000002.spool");
    }

    @Test
    void what_only_looks_works_on_a_disk_that_takes_nothing() throws Exception {
        Spools.left(SETTINGS, disk, 1);
        disk.readOnly(true);
        assertThat(files.user()).isEmpty();
        assertThat(files.inspect()).hasSize(1);
        assertThat(files.verify()).hasSize(1);
    }

    @Test
    void behind_a_stretch_that_the_disk_cannot_read_every_good_frame_is_found_and_salvaged() throws Exception {
        List<FrameRef> places =
                Spools.left(SETTINGS, disk, IntStream.range(0, 60).toArray());
        Spools.left(SETTINGS, disk, 60);
        disk.unreadable(FILES.waiting(1), 4096, 8192);
        int firstLost = frameWith(places, 4096);
        int firstGood = frameWith(places, 8191) + 1;
        long badBytes = places.get(firstGood).offset() - places.get(firstLost).offset();
        int good = 60 - (firstGood - firstLost);
        assertThat(files.inspect()).extracting(SegmentReport::frames).containsExactly((long) good, 1L);
        assertThat(files.verify()).extracting(SegmentReport::badBytes).containsExactly(badBytes, 0L);
        assertThat(files.salvage(Spools.settings(OTHER)))
                .isEqualTo(new SpoolFiles.Salvaged(good + 1, 2, 1, 0, badBytes));
        try (Spool spool = Spool.open(Spools.settings(OTHER), disk)) {
            Set<Integer> expected = new TreeSet<>(IntStream.range(0, 61).boxed().toList());
            IntStream.range(firstLost, firstGood).forEach(expected::remove);
            assertThat(Entries.due(spool)).isEqualTo(expected);
        }
    }

    private static int frameWith(List<FrameRef> places, long at) {
        return (int) places.stream().filter(place -> place.offset() <= at).count() - 1;
    }

    @Test
    void an_unreadable_end_is_bad_even_where_it_begins_with_a_frame() {
        List<FrameRef> places = Spools.left(SETTINGS, disk, 1, 2);
        long from = places.get(1).offset();
        long bytes = disk.bytes(FILES.waiting(1)).length;
        disk.unreadable(FILES.waiting(1), from, bytes);
        assertThat(files.verify()).extracting(SegmentReport::badBytes).containsExactly(bytes - from);
    }

    @Test
    void a_segment_that_cannot_be_opened_is_sick_and_the_next_is_salvaged() {
        Spools.left(SETTINGS, disk, 1);
        List<FrameRef> places = Spools.left(SETTINGS, disk, 2, 3);
        byte[] bytes = disk.bytes(FILES.waiting(2));
        bytes[(int) places.get(0).offset() + 30] ^= 1;
        disk.put(FILES.waiting(2), bytes);
        int unopened = disk.bytes(FILES.waiting(1)).length;
        disk.failing(ModelDisk.Operation.OPEN, 1);
        long badBytes = unopened + places.get(1).offset() - places.get(0).offset();
        assertThat(files.salvage(Spools.settings(OTHER))).isEqualTo(new SpoolFiles.Salvaged(1, 2, 2, 0, badBytes));
    }

    @Test
    void no_more_is_copied_at_once_than_the_other_folder_lets_wait() throws Exception {
        List<FrameRef> places =
                Spools.left(SETTINGS, disk, IntStream.range(0, 200).toArray());
        byte[] bytes = disk.bytes(FILES.waiting(1));
        bytes[(int) places.get(0).offset() + 30] ^= 1;
        disk.put(FILES.waiting(1), bytes);
        SpoolSettings narrow =
                new SpoolSettings(OTHER, 1_000_000, 0, 100_000, Duration.ZERO, new QueueLimits(1_000, 2_500));
        CountDownLatch held = disk.holdForces();
        CompletableFuture<Long> copied =
                CompletableFuture.supplyAsync(() -> files.salvage(narrow).frames());
        disk.awaitForce();
        held.countDown();
        assertThat(copied.get(30, TimeUnit.SECONDS)).isEqualTo(199);
    }

    @Test
    void what_is_healthy_is_copied_as_well_so_that_the_copy_can_stand_for_the_folder_and_it_stands_outside() {
        Spools.left(SETTINGS, disk, 1, 2);
        assertThatThrownBy(() -> files.salvage(Spools.settings(FOLDER.resolve("copy"))))
                .isInstanceOf(ResourceException.class)
                .hasMessage("spool/copy is in spool; name a folder outside of it");
        assertThat(files.salvage(Spools.settings(OTHER))).isEqualTo(new SpoolFiles.Salvaged(2, 1, 0, 0, 0));
    }

    @Test
    void a_folder_without_a_spool_and_one_in_use_are_refused() {
        assertThatThrownBy(files::inspect)
                .isInstanceOf(ResourceException.class)
                .hasMessage("there is no spool in spool");
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1)).join();
            assertThat(files.user()).isPresent();
            assertThat(files.inspect()).hasSize(1);
            assertThatThrownBy(files::verify)
                    .isInstanceOf(ResourceException.class)
                    .hasMessageContaining("in use");
        }
        assertThat(files.user()).isEmpty();
    }
}
