package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What is deleted, since it can be made anew, and what is left as it is. */
class StoreDamageTest {

    @BeforeAll
    static void load() {
        RocksDB.loadLibrary();
    }

    private static boolean isDamage(Status.Code code, String state) {
        return StoreDamage.is(new RocksDBException(new Status(code, Status.SubCode.None, state)));
    }

    @Test
    void what_is_corrupt_or_gone_is_damaged() {
        assertThat(isDamage(Status.Code.Corruption, "block checksum mismatch")).isTrue();
        assertThat(isDamage(Status.Code.IOError, "No such file or directory: MANIFEST-000004"))
                .isTrue();
    }

    @Test
    void what_passes_is_not() {
        assertThat(isDamage(Status.Code.IOError, "Too many open files: 000012.sst"))
                .isFalse();
        assertThat(isDamage(Status.Code.IOError, "Permission denied: CURRENT")).isFalse();
        assertThat(isDamage(Status.Code.IOError, "No space left on device")).isFalse();
        assertThat(isDamage(Status.Code.Busy, "")).isFalse();
        assertThat(StoreDamage.is(new RocksDBException("without a status"))).isFalse();
    }

    /** In the language of this system, whatever that is. */
    @Test
    void the_words_of_this_system_for_a_file_that_is_gone_are_known(@TempDir Path folder) {
        RocksDBException gone;
        try (Options options = new Options().setCreateIfMissing(false)) {
            String nowhere = folder.resolve("nowhere").toString();
            gone = catchThrowableOfType(RocksDBException.class, () -> RocksDB.openReadOnly(options, nowhere));
        }
        assertThat(gone.getStatus().getCode()).isEqualTo(Status.Code.IOError);
        assertThat(StoreDamage.is(gone)).isTrue();
    }
}
