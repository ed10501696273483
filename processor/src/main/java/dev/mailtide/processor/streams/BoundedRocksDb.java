package dev.mailtide.processor.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One cache for all stores of the process. Left to itself, each store of each partition takes up to 98 MiB for itself;
 * here block cache and write buffers together stay within one bound, whatever the number of partitions.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

    private static final long CACHE_BYTES_MAX = 128L * 1024 * 1024;
    private static final long WRITE_BUFFER_BYTES_MAX = 64L * 1024 * 1024;
    private static final long ONE_BUFFER_BYTES = 4L * 1024 * 1024;

    /** Of one partition of one store. Unlimited by default: every file that was ever read would stay open. */
    static final int OPEN_FILES_MAX = 64;

    // Shared by every store for the life of the process, so never closed. The bound is not strict: a strict cache fails
    // reads when it is full of what is in use, and a failed read fails the thread.
    private static final Cache CACHE = new LRUCache(CACHE_BYTES_MAX);
    private static final WriteBufferManager WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFER_BYTES_MAX, CACHE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(ONE_BUFFER_BYTES);
        options.setMaxOpenFiles(OPEN_FILES_MAX);
    }

    @Override
    public void close(String storeName, Options options) {
        // Nothing here belongs to one store.
    }
}
