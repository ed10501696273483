package dev.mailtide.processor.streams;

import dev.mailtide.common.run.Folders;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores of Kafka Streams that cannot be opened. It deletes those of a task that did not end in order, before it restores
 * them; a kill in the middle of that leaves stores with files missing, and then it opens all stores before it looks whether
 * they are to be deleted: every start fails. So does one after the disk has lost a part of them. They are opened here as it
 * opens them, so that what fails there is found.
 */
final class TornStores {

    private static final Logger LOG = LoggerFactory.getLogger(TornStores.class);

    static {
        RocksDB.loadLibrary();
    }

    private TornStores() {}

    /**
     * Deletes the tasks that have such a store: what they held is restored from Kafka. To be called before the application starts.
     *
     * @param application folder of the application, with a folder for each task
     * @throws ResourceException if the folder cannot be used
     */
    static void delete(Path application) {
        try {
            for (Path task : foldersIn(application)) {
                for (Path store : foldersIn(task.resolve("rocksdb"))) {
                    if (isTorn(store)) {
                        LOG.warn(
                                "{}: the store {} of task {} lacks files; the task's stores are deleted, and restored from Kafka",
                                application.getFileName(),
                                store.getFileName(),
                                task.getFileName());
                        Folders.delete(task);
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot use the folder " + application + ": " + e.getMessage() + "; "
                            + OwnerOnly.ownership(application),
                    e);
        }
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isDirectory).toList();
        }
    }

    /** An empty one is not: it is made when it is opened. */
    private static boolean isTorn(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            if (files.findAny().isEmpty()) {
                return false;
            }
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options options = new Options();
                DBOptions all = new DBOptions().setKeepLogFileNum(1).setMaxOpenFiles(BoundedRocksDb.OPEN_FILES_MAX)) {
            List<ColumnFamilyDescriptor> families = RocksDB.listColumnFamilies(options, store.toString()).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            if (families.isEmpty()) {
                return true;
            }
            RocksDB rows = RocksDB.openReadOnly(all, store.toString(), families, handles);
            handles.forEach(ColumnFamilyHandle::close);
            rows.close();
            return false;
        } catch (RocksDBException e) {
            // What passes is for the start itself to find, and to say.
            return StoreDamage.is(e);
        }
    }
}
