package dev.mailtide.processor.streams;

import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Tells files that are damaged or gone, which have to be made anew, from what passes, such as too many open files. */
public final class StoreDamage {

    private StoreDamage() {}

    /** Whether a part of the database is damaged or gone. */
    public static boolean is(RocksDBException failure) {
        Status status = failure.getStatus();
        return status != null
                && (status.getCode() == Status.Code.Corruption
                        || (status.getCode() == Status.Code.IOError
                                && String.valueOf(status.getState()).contains("No such file")));
    }
}
