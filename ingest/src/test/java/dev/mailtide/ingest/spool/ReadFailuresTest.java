package dev.mailtide.ingest.spool;

import static dev.mailtide.ingest.spool.ReadFailures.Verdict.GIVE_UP;
import static dev.mailtide.ingest.spool.ReadFailures.Verdict.TRY_AGAIN;
import static dev.mailtide.ingest.spool.ReadFailures.Verdict.TRY_AGAIN_AND_SAY_SO;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReadFailuresTest {

    private final ReadFailures failures = new ReadFailures();

    @Test
    void a_sick_disk_is_asked_three_times_and_told_once() {
        IOException sick = new IOException("Input/output error");
        assertThat(failures.after(sick)).isEqualTo(TRY_AGAIN_AND_SAY_SO);
        assertThat(failures.after(sick)).isEqualTo(TRY_AGAIN);
        assertThat(failures.after(sick)).isEqualTo(GIVE_UP);
        assertThat(failures.after(sick)).isEqualTo(TRY_AGAIN_AND_SAY_SO);
    }

    @Test
    void too_many_open_files_are_waited_for_without_end_and_told_once() {
        IOException tooMany = new FileSystemException("1.spool", null, "Too many open files");
        assertThat(failures.after(tooMany)).isEqualTo(TRY_AGAIN_AND_SAY_SO);
        Set<ReadFailures.Verdict> later = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            later.add(failures.after(tooMany));
        }
        assertThat(later).containsExactly(TRY_AGAIN);
        failures.over();
        assertThat(failures.after(tooMany)).isEqualTo(TRY_AGAIN_AND_SAY_SO);
    }

    @Test
    void a_file_that_is_gone_is_not_asked_again() {
        assertThat(failures.after(new NoSuchFileException("1.spool"))).isEqualTo(GIVE_UP);
    }
}
