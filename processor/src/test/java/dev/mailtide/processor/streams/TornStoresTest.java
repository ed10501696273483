package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Stores as a kill leaves them that came while they were being deleted. */
class TornStoresTest {

    @TempDir
    Path application;

    @BeforeAll
    static void load() {
        RocksDB.loadLibrary();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURRENT", "MANIFEST", ".sst"})
    void a_task_with_a_store_that_lacks_a_file_goes_and_the_others_stay(String lacking) throws Exception {
        Path torn = store("1_4", "ledger-events");
        store("1_4", "ledger-facts");
        Path whole = store("1_5", "ledger-events");
        Path empty = Files.createDirectories(application.resolve("2_0/rocksdb/domain-totals"));
        Files.writeString(application.resolve("1_5/.checkpoint"), "0");
        Files.delete(fileOf(torn, lacking));

        TornStores.delete(application);

        assertThat(application.resolve("1_4")).doesNotExist();
        assertThat(whole.resolve("CURRENT")).exists();
        assertThat(application.resolve("1_5/.checkpoint")).exists();
        assertThat(empty).exists();
    }

    @Test
    void an_application_that_has_never_run_has_none() {
        TornStores.delete(application.resolve("never"));
        assertThat(application.resolve("never")).doesNotExist();
    }

    /** With two families, as Kafka Streams has, and a table of each. */
    private Path store(String task, String name) throws IOException, RocksDBException {
        Path folder = Files.createDirectories(
                application.resolve(task).resolve("rocksdb").resolve(name));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                RocksDB rows = RocksDB.open(
                        options,
                        folder.toString(),
                        List.of(
                                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY),
                                new ColumnFamilyDescriptor("offsets".getBytes(StandardCharsets.UTF_8))),
                        handles);
                FlushOptions flush = new FlushOptions()) {
            rows.put(handles.get(0), new byte[] {1}, new byte[] {2});
            rows.flush(flush, handles);
            handles.forEach(ColumnFamilyHandle::close);
        }
        return folder;
    }

    private static Path fileOf(Path store, String kind) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.getFileName().toString().contains(kind))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
