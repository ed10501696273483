package dev.mailtide.processor.streams;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Tells several listeners of restores, where Kafka Streams knows one. */
final class RestoreListeners implements StateRestoreListener {

    private final List<StateRestoreListener> all = new CopyOnWriteArrayList<>();

    void add(StateRestoreListener listener) {
        all.add(listener);
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long to) {
        all.forEach(listener -> listener.onRestoreStart(changelog, store, from, to));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long lastOffset, long records) {
        all.forEach(listener -> listener.onBatchRestored(changelog, store, lastOffset, records));
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        all.forEach(listener -> listener.onRestoreEnd(changelog, store, records));
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
        all.forEach(listener -> listener.onRestoreSuspended(changelog, store, records));
    }
}
