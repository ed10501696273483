package dev.mailtide.processor.readmodel;

import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.processor.streams.StoreDamage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sorted rows in a folder. What was written is there after a kill; after a loss of power the last changes can be missing, the
 * latest ones first and each of them whole, so that the offsets noted in them still fit. All databases of a process share one
 * bound on memory. Safe for use by several threads. A closed one is empty, and takes no changes: whoever asks while a
 * partition moves away looks afterwards whether it is still there.
 */
final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final String ORIGIN = "origin";

    /** Name of a file in the folder; while it is there, the rows are not to be used. */
    private static final String DAMAGED = "MAILTIDE-DAMAGED";

    private static final long CACHE_BYTES_MAX = 64L * 1024 * 1024;
    private static final long WRITE_BUFFER_BYTES_MAX = 32L * 1024 * 1024;
    private static final long ONE_BUFFER_BYTES = 4L * 1024 * 1024;
    /** What tells where rows are stays longer than rows do: most questions are about recipients of whom there is nothing. */
    private static final double FOR_INDEXES = 0.5;

    private static final long OWN_LOG_BYTES_MAX = 1024 * 1024;
    private static final int OPEN_FILES_MAX = 64;

    /** A row of suppressions has 536 bytes at most, and changes; an event, which does not, is nearly always larger. */
    private static final long BLOB_BYTES_MIN = 600;

    private static final double BLOOM_BITS = 10;

    static {
        RocksDB.loadLibrary();
    }

    // For the life of the process, as those of Kafka Streams' stores are; apart from them, so that somebody who leafs
    // through a month of events does not make the counting slow. Not strict: a strict cache fails reads when it is
    // full.
    private static final Cache CACHE = new LRUCache(CACHE_BYTES_MAX, -1, false, FOR_INDEXES);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES_MAX, CACHE);
    private static final BloomFilter BLOOM = new BloomFilter(BLOOM_BITS);
    private static final WriteOptions WRITES = new WriteOptions();

    private final Path folder;
    private final Options options;
    private final RocksDB rows;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean isClosed;
    private volatile boolean isDamaged;

    private Database(Path folder) throws RocksDBException {
        this.folder = folder;
        this.options = options();
        try {
            this.rows = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            options.close();
            throw e;
        }
    }

    /**
     * Opens the one in this folder, or makes it. One of another origin, or one whose files are damaged, is deleted and made
     * anew: everything in it can be read again.
     *
     * @param origin the id of the topic that it is read from
     * @throws DatabaseException if the folder cannot be used
     */
    static Database open(Path folder, String origin) {
        try {
            OwnerOnly.createFolders(folder);
            Database found = openOrBeginAnew(folder);
            try {
                Optional<String> before = found.text(ORIGIN);
                if (before.isPresent() && !before.get().equals(origin)) {
                    LOG.warn(
                            "read model: {} is of a topic that is no more, or of an earlier release; it is deleted, and read anew",
                            folder);
                    found.close();
                    delete(folder);
                    OwnerOnly.createFolders(folder);
                    found = new Database(folder);
                }
                found.note(origin);
                return found;
            } catch (IOException | RocksDBException | RuntimeException e) {
                // One that stays open could not be opened again in this process.
                found.close();
                throw e;
            }
        } catch (IOException | RocksDBException e) {
            throw new DatabaseException("cannot use the folder " + folder + "; " + OwnerOnly.ownership(folder), e);
        }
    }

    private void note(String origin) {
        try (Changes changes = new Changes()) {
            changes.put(RowKeys.note(ORIGIN), origin.getBytes(StandardCharsets.UTF_8));
            var unused = write(changes);
        }
    }

    private static Database openOrBeginAnew(Path folder) throws IOException, RocksDBException {
        if (!Files.exists(folder.resolve(DAMAGED))) {
            try {
                return new Database(folder);
            } catch (RocksDBException e) {
                if (!StoreDamage.is(e)) {
                    throw e;
                }
            }
        }
        LOG.warn("read model: the files in {} are damaged; they are deleted, and read anew", folder);
        delete(folder);
        OwnerOnly.createFolders(folder);
        return new Database(folder);
    }

    /** Rows are checked when they are read, not when the folder is opened: what is damaged is noted, and deleted by the next who opens it. */
    private DatabaseException failed(String what, RocksDBException failure) {
        if (StoreDamage.is(failure)) {
            isDamaged = true;
            try {
                Files.write(folder.resolve(DAMAGED), new byte[0]);
            } catch (IOException e) {
                LOG.warn("read model: cannot note that the files in {} are damaged; delete the folder", folder);
            }
        }
        return new DatabaseException(what + " " + folder, failure);
    }

    /** Whether somebody has found a part of it damaged: who opens it again finds it empty. */
    boolean isDamaged() {
        return isDamaged;
    }

    private static Options options() {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(CACHE)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(BLOOM);
        return new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setWriteBufferManager(WRITE_BUFFERS)
                .setWriteBufferSize(ONE_BUFFER_BYTES)
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(OWN_LOG_BYTES_MAX)
                .setKeepLogFileNum(2)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                // Else each merge of files would write events again. They expire about in the order in which they came:
                // whole files of them become garbage, and go. To collect it would copy what is still alive.
                .setEnableBlobFiles(true)
                .setMinBlobSize(BLOB_BYTES_MIN)
                .setBlobCompressionType(CompressionType.LZ4_COMPRESSION);
    }

    /** Deletes a folder with all that is in it, if it is there. What a kill leaves of it is known to be no database. */
    static void delete(Path folder) {
        if (Files.notExists(folder)) {
            return;
        }
        Path mark = folder.resolve(DAMAGED);
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> innerFirst = all.sorted(Comparator.reverseOrder())
                    .filter(path -> !path.equals(folder) && !path.equals(mark))
                    .toList();
            Files.write(mark, new byte[0]);
            for (Path path : innerFirst) {
                Files.delete(path);
            }
            Files.delete(mark);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("deleting " + folder, e);
        }
    }

    /** What is done with a row. */
    @FunctionalInterface
    interface Visitor {
        /** Whether to go on to the next row. */
        boolean visit(byte[] key, byte[] value);
    }

    Optional<byte[]> get(byte[] key) {
        use.readLock().lock();
        try {
            return isClosed ? Optional.empty() : Optional.ofNullable(rows.get(key));
        } catch (RocksDBException e) {
            throw failed("reading from", e);
        } finally {
            use.readLock().unlock();
        }
    }

    boolean has(byte[] key) {
        return get(key).isPresent();
    }

    OptionalLong number(String note) {
        return get(RowKeys.note(note))
                .map(bytes -> OptionalLong.of(ByteBuffer.wrap(bytes).getLong()))
                .orElse(OptionalLong.empty());
    }

    private Optional<String> text(String note) {
        return get(RowKeys.note(note)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Visits the rows whose keys begin so, in their order, from this key on. */
    void scan(byte[] prefix, byte[] from, Visitor visitor) {
        use.readLock().lock();
        try {
            if (isClosed) {
                return;
            }
            try (RocksIterator row = rows.newIterator()) {
                row.seek(from);
                boolean goesOn = true;
                while (goesOn && row.isValid() && RowKeys.startsWith(row.key(), prefix)) {
                    goesOn = visitor.visit(row.key(), row.value());
                    row.next();
                }
                row.status();
            }
        } catch (RocksDBException e) {
            throw failed("reading from", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Makes the changes; says whether it did, or was closed. */
    boolean write(Changes changes) {
        use.readLock().lock();
        try {
            if (!isClosed) {
                rows.write(WRITES, changes.batch());
            }
            return !isClosed;
        } catch (RocksDBException e) {
            throw failed("writing to", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** What it takes on disk, about. */
    long bytes() {
        return figure("rocksdb.total-sst-files-size")
                + figure("rocksdb.total-blob-file-size")
                + figure("rocksdb.cur-size-all-mem-tables");
    }

    /** Its rows, of all tables, about. */
    long rows() {
        return figure("rocksdb.estimate-num-keys");
    }

    private long figure(String property) {
        use.readLock().lock();
        try {
            return isClosed ? 0 : rows.getLongProperty(property);
        } catch (RocksDBException e) {
            throw failed("reading from", e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Waits for those who use it. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            if (!isClosed) {
                isClosed = true;
                rows.close();
                options.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
