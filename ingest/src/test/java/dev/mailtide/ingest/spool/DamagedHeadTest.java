package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is found of a segment that has lost its header and the beginning of its first frame, where its marker stands. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DamagedHeadTest {

    private static final Path FOLDER = Path.of("spool");
    private static final Path OTHER = Path.of("other");
    private static final SpoolSettings SETTINGS = Spools.settings(FOLDER);
    private static final Path SEGMENT = new SpoolFolder(FOLDER).waiting(1);
    private static final int ENTRIES = 60;
    private static final int PAGE_BYTES = 4096;
    private static final int FIRST_MARKER_ENDS = SegmentHeader.BYTES + FrameCodec.LENGTH_AT;

    private final ModelDisk disk = new ModelDisk();
    private final SpoolFiles files = new SpoolFiles(FOLDER, disk);

    @Test
    void every_frame_behind_a_damaged_head_is_drained() throws Exception {
        List<FrameRef> places = entries();
        byte[] good = disk.bytes(SEGMENT);
        for (int damaged : List.of(FIRST_MARKER_ENDS + 4, PAGE_BYTES)) {
            disk.put(SEGMENT, zeroed(good, damaged));
            try (Spool spool = Spool.open(SETTINGS, disk)) {
                assertThat(Entries.due(spool)).as(damaged + " bytes").isEqualTo(wholeBehind(places, damaged));
            }
        }
    }

    @Test
    void the_first_frame_is_drained_too_if_only_its_marker_is_damaged() throws Exception {
        entries();
        disk.put(SEGMENT, zeroed(disk.bytes(SEGMENT), FIRST_MARKER_ENDS));
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(spool)).hasSize(ENTRIES);
        }
    }

    @Test
    void every_frame_behind_a_damaged_head_is_verified_and_salvaged() throws Exception {
        List<FrameRef> places = entries();
        disk.put(SEGMENT, zeroed(disk.bytes(SEGMENT), PAGE_BYTES));
        everyFrameIsSalvagedBehind(PAGE_BYTES, places);
    }

    @Test
    void every_frame_behind_a_head_that_the_disk_cannot_read_is_verified_and_salvaged() throws Exception {
        List<FrameRef> places = entries();
        disk.unreadable(SEGMENT, 0, PAGE_BYTES);
        everyFrameIsSalvagedBehind(PAGE_BYTES, places);
    }

    private void everyFrameIsSalvagedBehind(int damaged, List<FrameRef> places) throws InterruptedException {
        Set<Integer> whole = wholeBehind(places, damaged);
        long badBytes = places.get(ENTRIES - whole.size()).offset();
        assertThat(files.verify()).extracting(SegmentReport::badBytes).containsExactly(badBytes);
        assertThat(files.salvage(Spools.settings(OTHER)))
                .isEqualTo(new SpoolFiles.Salvaged(whole.size(), 1, 1, 0, badBytes));
        try (Spool spool = Spool.open(Spools.settings(OTHER), disk)) {
            assertThat(Entries.due(spool)).isEqualTo(whole);
        }
    }

    @Test
    void a_header_that_the_disk_cannot_read_costs_nothing() throws Exception {
        entries();
        disk.unreadable(SEGMENT, 0, SegmentHeader.BYTES);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(spool)).hasSize(ENTRIES);
        }
    }

    @Test
    void what_looks_like_frames_in_a_damaged_body_is_none_since_whole_frames_follow() throws Exception {
        ByteBuffer forged = ByteBuffer.allocate(10_000);
        IntStream.range(70, 75).mapToObj(number -> marked(Entries.of(number))).forEach(forged::put);
        Spools.left(SETTINGS, disk, Entries.with(0, forged.array()), Entries.of(1), Entries.of(2));
        disk.put(SEGMENT, zeroed(disk.bytes(SEGMENT), FIRST_MARKER_ENDS + 4));
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(spool)).containsExactly(1, 2);
        }
    }

    private static ByteBuffer marked(SpoolEntry entry) {
        ByteBuffer frame = FrameCodec.entry(entry);
        FrameCodec.mark(frame, 0x1234);
        return frame;
    }

    @Test
    void a_file_of_zeros_and_one_of_random_bytes_hold_no_frame() {
        entries();
        byte[] random = new byte[4 * 1024 * 1024];
        new Random(5).nextBytes(random);
        for (byte[] bytes : List.of(random, new byte[random.length])) {
            disk.put(SEGMENT, bytes);
            assertThat(files.verify()).extracting(SegmentReport::frames).containsExactly(0L);
        }
    }

    @Test
    void the_frames_behind_bytes_of_which_each_word_could_begin_a_frame_are_found_in_bounded_time() {
        entries();
        byte[] good = disk.bytes(SEGMENT);
        ByteBuffer words = ByteBuffer.allocate(40 * 1024 * 1024);
        // As a length it is one that a frame can have, and its first byte is a kind of payload.
        int word = SpoolEntry.BYTES_MAX + 8;
        while (words.remaining() > good.length) {
            words.putInt(word);
        }
        words.put(good, SegmentHeader.BYTES, good.length - SegmentHeader.BYTES);
        disk.put(SEGMENT, words.array());
        assertThat(files.verify()).extracting(SegmentReport::frames).containsExactly((long) ENTRIES);
    }

    private List<FrameRef> entries() {
        return Spools.left(SETTINGS, disk, IntStream.range(0, ENTRIES).toArray());
    }

    private static Set<Integer> wholeBehind(List<FrameRef> places, int damaged) {
        return IntStream.range(0, ENTRIES)
                .filter(number -> places.get(number).offset() >= damaged)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static byte[] zeroed(byte[] bytes, int count) {
        byte[] zeroed = bytes.clone();
        Arrays.fill(zeroed, 0, count, (byte) 0);
        return zeroed;
    }
}
