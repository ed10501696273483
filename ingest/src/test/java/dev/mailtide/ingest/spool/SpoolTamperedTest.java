package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a segment that somebody changes while it is being written: nothing more is promised of it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolTamperedTest {

    private static final Path FOLDER = Path.of("spool");
    private static final SpoolFolder FILES = new SpoolFolder(FOLDER);

    private final ModelDisk disk = new ModelDisk();
    private final Spool spool = Spool.open(Spools.settings(FOLDER), disk);

    @AfterEach
    void closeSpool() {
        spool.close();
    }

    @Test
    void behind_an_end_that_was_cut_off_nothing_is_written_and_what_is_missing_is_lost() throws Exception {
        append(1);
        FrameRef second = append(2);
        append(3);
        cutTo(second.offset() + 10);
        assertThat(append(4)).isEqualTo(new FrameRef(2, SegmentHeader.BYTES));
        assertThat(Entries.due(spool)).containsExactly(1, 4);
        assertThat(spool.status().framesLost()).isEqualTo(2);
        assertThat(spool.status().framesSetAside()).isEqualTo(0);
    }

    @Test
    void what_is_cut_off_while_it_is_forced_is_written_again() throws Exception {
        append(1);
        var held = disk.holdForces();
        var second = spool.append(Entries.of(2));
        disk.awaitForce();
        cutTo(SegmentHeader.BYTES);
        held.countDown();
        assertThat(second.join()).isEqualTo(new FrameRef(2, SegmentHeader.BYTES));
    }

    @Test
    void a_segment_that_the_drainer_has_found_damaged_is_not_written_any_more() throws Exception {
        FrameRef first = append(1);
        append(2);
        try (SpoolFile file = disk.open(FILES.waiting(1))) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), first.offset() + 30);
        }
        Due second = spool.poll(Duration.ofSeconds(30)).orElseThrow();
        assertThat(Entries.number(second.entry())).isEqualTo(2);
        assertThat(append(3)).isEqualTo(new FrameRef(2, SegmentHeader.BYTES));
    }

    private FrameRef append(int number) {
        return spool.append(Entries.of(number)).join();
    }

    private void cutTo(long bytes) throws IOException {
        try (SpoolFile file = disk.open(FILES.waiting(1))) {
            file.truncate(bytes);
        }
    }
}
