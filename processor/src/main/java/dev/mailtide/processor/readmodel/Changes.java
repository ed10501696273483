package dev.mailtide.processor.readmodel;

import java.nio.ByteBuffer;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes of a database that are made all at once, or not at all. */
final class Changes implements AutoCloseable {

    private static final byte[] NOTHING = new byte[0];

    private final WriteBatch batch = new WriteBatch();

    /** A row that is there, and says no more than that. */
    void put(byte[] key) {
        put(key, NOTHING);
    }

    void put(byte[] key, byte[] value) {
        try {
            batch.put(key, value);
        } catch (RocksDBException e) {
            throw new DatabaseException("adding to a batch of changes", e);
        }
    }

    void delete(byte[] key) {
        try {
            batch.delete(key);
        } catch (RocksDBException e) {
            throw new DatabaseException("adding to a batch of changes", e);
        }
    }

    void note(String name, long number) {
        put(
                RowKeys.note(name),
                ByteBuffer.allocate(Long.BYTES).putLong(0, number).array());
    }

    boolean isEmpty() {
        return batch.count() == 0;
    }

    WriteBatch batch() {
        return batch;
    }

    @Override
    public void close() {
        batch.close();
    }
}
