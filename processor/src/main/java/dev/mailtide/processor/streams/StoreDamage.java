package dev.mailtide.processor.streams;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Tells files that are damaged or gone, which have to be made anew, from what passes, such as too many open files. */
public final class StoreDamage {

    private static final String ENGLISH = "No such file";

    /** How the system says that a file is not there: RocksDB passes it on, in whatever language that is. */
    private static final String GONE = wordsForGone();

    private StoreDamage() {}

    /** Whether a part of the database is damaged or gone. */
    public static boolean is(RocksDBException failure) {
        Status status = failure.getStatus();
        return status != null
                && (status.getCode() == Status.Code.Corruption
                        || (status.getCode() == Status.Code.IOError
                                && String.valueOf(status.getState()).contains(GONE)));
    }

    private static String wordsForGone() {
        Path gone = Path.of(UUID.randomUUID().toString()).toAbsolutePath();
        try {
            new FileInputStream(gone.toFile()).close();
            return ENGLISH;
        } catch (FileNotFoundException e) {
            String said =
                    String.valueOf(e.getMessage()).replace(gone.toString(), "").strip();
            return said.startsWith("(") && said.endsWith(")") ? said.substring(1, said.length() - 1) : ENGLISH;
        } catch (IOException e) {
            return ENGLISH;
        }
    }
}
