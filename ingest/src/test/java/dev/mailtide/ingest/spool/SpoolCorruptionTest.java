package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a spool makes of files that are not as it wrote them: it always starts, and gives every frame that is whole. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolCorruptionTest {

    private static final Path FOLDER = Path.of("spool");
    private static final SpoolFolder FILES = new SpoolFolder(FOLDER);
    private static final SpoolSettings SETTINGS = Spools.settings(FOLDER);
    private static final int ENTRIES = 6;

    private final ModelDisk disk = new ModelDisk();
    private List<FrameRef> places = List.of();
    private byte[] good = new byte[0];

    @BeforeEach
    void a_segment_with_entries() {
        places = Spools.left(SETTINGS, disk, IntStream.range(0, ENTRIES).toArray());
        good = disk.bytes(FILES.waiting(1));
    }

    @Test
    void a_tail_that_is_cut_at_any_byte_costs_the_frame_that_is_cut_and_no_other() throws Exception {
        // Every byte of the header and of the last two frames.
        int[] lengths = IntStream.rangeClosed(0, good.length)
                .filter(length ->
                        length <= SegmentHeader.BYTES || length > places.get(4).offset())
                .toArray();
        for (int length : lengths) {
            int end = length;
            Set<Integer> whole = IntStream.range(0, ENTRIES)
                    .filter(number -> endOf(number) <= end)
                    .boxed()
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(dueWith(Arrays.copyOf(good, length)))
                    .as("cut at " + length)
                    .isEqualTo(whole);
        }
    }

    @Test
    void a_flipped_bit_costs_its_own_frame_and_no_other() throws Exception {
        Random random = new Random(11);
        for (int at = SegmentHeader.BYTES; at < good.length; at += 1 + random.nextInt(12)) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Set<Integer> expected = all();
            expected.remove(frameAt(at));
            assertThat(dueWith(bad)).as("seed 11, flipped at " + at).isEqualTo(expected);
        }
    }

    @Test
    void a_header_that_cannot_be_read_costs_nothing() throws Exception {
        for (int at = 0; at < SegmentHeader.BYTES; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x55;
            assertThat(dueWith(bad)).as("flipped at " + at).isEqualTo(all());
        }
    }

    @Test
    void a_length_of_nought_or_of_anything_costs_its_own_frame_and_no_other() throws Exception {
        for (int length : List.of(0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 20_000_000)) {
            byte[] bad = good.clone();
            ByteBuffer.wrap(bad).putInt((int) places.get(2).offset() + 8, length);
            assertThat(dueWith(bad)).as("length " + length).isEqualTo(Set.of(0, 1, 3, 4, 5));
        }
    }

    @Test
    void garbage_behind_the_last_frame_is_set_aside_and_zeros_are_dropped() throws Exception {
        byte[] garbage = Arrays.copyOf(good, good.length + 5000);
        assertThat(dueWith(garbage)).isEqualTo(all());
        assertThat(disk.list(FILES.aside())).isEmpty();
        Arrays.fill(garbage, good.length, garbage.length, (byte) 0x4D);
        assertThat(dueWith(garbage)).isEqualTo(all());
        assertThat(disk.list(FILES.aside())).hasSize(1);
    }

    @Test
    void a_frame_within_a_body_is_never_taken_for_a_frame() throws Exception {
        // Somebody posts what our disk looks like, and then the frame around it breaks.
        ByteBuffer inner = FrameCodec.entry(Entries.of(99));
        FrameCodec.mark(inner, 0x1234);
        Spools.left(SETTINGS, disk, Entries.with(77, bytes(inner)));
        Path file = FILES.waiting(2);
        byte[] bytes = disk.bytes(file);
        bytes[SegmentHeader.BYTES + 9] ^= 1;
        disk.put(file, bytes);
        assertThat(dueWith(good)).isEqualTo(all());
    }

    @Test
    void the_bytes_of_a_bad_frame_are_kept_and_the_segment_goes() throws Exception {
        byte[] bad = good.clone();
        bad[(int) places.get(2).offset() + 20] ^= 1;
        disk.put(FILES.waiting(1), bad);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            Spools.drain(spool);
            assertThat(spool.status().framesSetAside()).isEqualTo(1);
        }
        assertThat(disk.files()).containsExactly(FILES.asideLog(2));
        byte[] frame = Arrays.copyOfRange(
                bad, (int) places.get(2).offset(), (int) places.get(3).offset());
        byte[] kept = disk.bytes(FILES.asideLog(2));
        assertThat(Arrays.copyOfRange(kept, kept.length - frame.length, kept.length))
                .isEqualTo(frame);
    }

    @Test
    void where_nothing_can_be_written_aside_the_whole_segment_is_kept() throws Exception {
        byte[] bad = good.clone();
        bad[(int) places.get(2).offset() + 20] ^= 1;
        disk.put(FILES.waiting(1), bad);
        disk.holding(disk.used());
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            Spools.drain(spool);
        }
        assertThat(disk.files()).containsExactly(FILES.asideWhole(1));
        assertThat(disk.bytes(FILES.asideWhole(1))).isEqualTo(bad);
    }

    @Test
    void a_segment_of_which_nothing_can_be_read_does_not_hold_up_the_next() throws Exception {
        Spools.left(SETTINGS, disk, 6, 7);
        Spools.left(SETTINGS, disk, 8);
        byte[] bytes = disk.bytes(FILES.waiting(2));
        new Random(3).nextBytes(bytes);
        disk.put(FILES.waiting(2), bytes);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(spool)).isEqualTo(Set.of(0, 1, 2, 3, 4, 5, 8));
        }
    }

    @Test
    void missing_empty_duplicate_and_foreign_files_do_not_disturb() throws Exception {
        Spools.left(SETTINGS, disk, 6);
        Spools.left(SETTINGS, disk, 7);
        disk.delete(FILES.waiting(2));
        disk.put(FILES.waiting(5), new byte[0]);
        disk.put(FILES.waiting(6), good);
        disk.put(FOLDER.resolve("notes.txt"), new byte[] {1, 2, 3});
        disk.put(FOLDER.resolve("99999999999999999999.spool"), new byte[] {1, 2, 3});
        disk.put(FOLDER.resolve("7.spool"), good);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(spool)).isEqualTo(Set.of(0, 1, 2, 3, 4, 5, 7));
            assertThat(spool.append(Entries.of(8)).join()).isEqualTo(new FrameRef(7, SegmentHeader.BYTES));
        }
        assertThat(disk.files()).contains(FOLDER.resolve("notes.txt"), FOLDER.resolve("99999999999999999999.spool"));
    }

    @Test
    void a_segment_that_is_gone_when_its_turn_comes_does_not_hold_up_the_next() throws Exception {
        Spools.left(SETTINGS, disk, 6);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            disk.delete(FILES.waiting(1));
            Set<Integer> due = new TreeSet<>(Entries.due(spool));
            due.addAll(Entries.due(spool));
            assertThat(due).containsExactly(6);
        }
    }

    @Test
    void a_disk_that_cannot_read_a_segment_keeps_it_and_goes_on_with_the_next() throws Exception {
        Spools.left(SETTINGS, disk, 6);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            // Three attempts, each for the header and for the first frame.
            disk.failing(ModelDisk.Operation.READ, 6);
            assertThat(spool.poll(Duration.ofSeconds(30)).map(due -> Entries.number(due.entry())))
                    .contains(6);
        }
        assertThat(disk.files()).contains(FILES.asideWhole(1));
    }

    @Test
    void a_newer_format_is_refused_with_what_to_do() {
        ByteBuffer newer = new SegmentHeader(2, 5).encoded();
        disk.put(FILES.waiting(3), bytes(newer));
        assertThatThrownBy(() -> Spool.open(SETTINGS, disk))
                .isInstanceOf(ResourceException.class)
                .hasMessage(
                        FILES.waiting(3) + " has format 2, and this release knows 1; start the newer release to drain"
                                + " it, or set another spool.dir");
    }

    private Set<Integer> dueWith(byte[] segment) throws Exception {
        for (SpoolIo.Listed kept : disk.list(FILES.aside())) {
            disk.delete(FILES.aside().resolve(kept.name()));
        }
        disk.put(FILES.waiting(1), segment);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            return Entries.due(spool);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static Set<Integer> all() {
        return IntStream.range(0, ENTRIES).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private int endOf(int number) {
        return number + 1 < ENTRIES ? (int) places.get(number + 1).offset() : good.length;
    }

    private int frameAt(int offset) {
        return IntStream.range(0, ENTRIES)
                .filter(number -> offset < endOf(number))
                .findFirst()
                .orElseThrow();
    }
}
