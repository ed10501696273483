package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how far a restore is: count, rate and time left, over all stores of an application together. */
final class RestoreProgress implements StateRestoreListener {

    private static final Logger LOG = LoggerFactory.getLogger(RestoreProgress.class);

    private static final Duration SAY_EVERY = Duration.ofSeconds(2);

    private final String application;
    private final Map<TopicPartition, Long> left = new ConcurrentHashMap<>();
    private long startedNanos;
    private long saidNanos;
    private long restored;
    private volatile long restoredInAll;

    RestoreProgress(String application) {
        this.application = application;
    }

    /** Rows since the start of the process. */
    long restoredInAll() {
        return restoredInAll;
    }

    @Override
    public synchronized void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        if (left.isEmpty()) {
            startedNanos = System.nanoTime();
            saidNanos = startedNanos;
            restored = 0;
        }
        left.put(partition, to - from);
    }

    @Override
    public synchronized void onBatchRestored(TopicPartition partition, String store, long end, long count) {
        restored += count;
        restoredInAll += count;
        left.computeIfPresent(partition, (key, before) -> Math.max(0, before - count));
        if (System.nanoTime() - saidNanos >= SAY_EVERY.toNanos()) {
            saidNanos = System.nanoTime();
            long remaining = left.values().stream().mapToLong(Long::longValue).sum();
            long perSecond = Math.max(1, restored * 1_000_000_000L / Math.max(1, saidNanos - startedNanos));
            LOG.info(
                    "{}: restored {} rows, {} left, {}/s, about {} s to go",
                    application,
                    restored,
                    remaining,
                    perSecond,
                    remaining / perSecond);
        }
    }

    @Override
    public synchronized void onRestoreEnd(TopicPartition partition, String store, long total) {
        left.remove(partition);
        if (left.isEmpty() && restored > 0) {
            LOG.info(
                    "{}: restored {} rows in {} ms",
                    application,
                    restored,
                    (System.nanoTime() - startedNanos) / 1_000_000);
        }
    }
}
