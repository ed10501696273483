package dev.mailtide.ingest;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.ingest.spool.SpoolEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The one producer that writes the raw topic. A record counts as sent when every in-sync copy has it ({@code acks=all}).
 * Sending can block for metadata or memory, so only threads of our own do it, never one that serves HTTP.
 */
final class RawProducer implements AutoCloseable {

    private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

    private final Supplier<Producer<String, byte[]>> making;
    private final String topic;
    private volatile @Nullable Producer<String, byte[]> producer;
    private volatile boolean failing;
    private boolean closed;

    RawProducer(Supplier<Producer<String, byte[]>> making, String topic) {
        this.making = making;
        this.topic = topic;
    }

    static RawProducer of(KafkaAccess kafka, Topic<String, byte[]> raw) {
        return new RawProducer(
                () -> new KafkaProducer<>(
                        kafka.with(settings(kafka)),
                        raw.keys().serializer(),
                        raw.values().serializer()),
                raw.name());
    }

    private static Map<String, Object> settings(KafkaAccess kafka) {
        Map<String, Object> settings = new HashMap<>();
        // Defaults of ours that the settings may change …
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
        // No two raw records belong together, and one partition at a time costs the broker one append and one force. A
        // partition whose broker does not answer is left out for a while.
        settings.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, "true");
        settings.put(ProducerConfig.PARTITIONER_AVAILABILITY_TIMEOUT_MS_CONFIG, "1000");
        settings.putAll(kafka.settings());
        // … and what the promise rests on.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "6291456");
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "mailtide-ingest");
        return settings;
    }

    /** What is told how a send ended: on the producer's thread, or on the caller's when it fails at once. Must be short. */
    @FunctionalInterface
    interface Done {

        /**
         * It has ended.
         *
         * @param failure empty if every in-sync copy has it; else it may be there all the same */
        void ended(Optional<Exception> failure);
    }

    /** May block, for as long as {@code max.block.ms} says. Never throws: every end is told to {@code done}, once. */
    void send(SpoolEntry entry, Done done) {
        RecordHeaders headers = new RecordHeaders();
        for (SpoolEntry.Header header : entry.headers()) {
            headers.add(new RecordHeader(header.name(), header.value()));
        }
        try {
            Producer<String, byte[]> made = producer();
            Integer partition = failing ? partitionOf(entry, made) : null;
            // The callback has the outcome; the future would only say the same again.
            var unused = made.send(
                    new ProducerRecord<>(topic, partition, entry.receiptId(), entry.body(), headers),
                    (written, failure) -> {
                        failing = failure != null;
                        done.ended(Optional.ofNullable(failure));
                    });
        } catch (RuntimeException e) {
            failing = true;
            done.ended(Optional.of(e));
        }
    }

    /** By its id: the producer would stay with one partition, though that may be the one that fails. */
    private @Nullable Integer partitionOf(SpoolEntry entry, Producer<String, byte[]> made) {
        int partitions = made.partitionsFor(topic).size();
        return partitions == 0 ? null : Math.floorMod(entry.receiptId().hashCode(), partitions);
    }

    /** Made at the first send, since that fails while no broker's name can be resolved. */
    private Producer<String, byte[]> producer() {
        Producer<String, byte[]> made = producer;
        return made != null ? made : make();
    }

    private synchronized Producer<String, byte[]> make() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        Producer<String, byte[]> made = producer;
        if (made == null) {
            made = making.get();
            producer = made;
        }
        return made;
    }

    /** Waits for what is on its way, but not long; what has no ack then ends with a failure. */
    @Override
    public synchronized void close() {
        closed = true;
        Producer<String, byte[]> made = producer;
        if (made != null) {
            made.close(CLOSE_MAX);
        }
    }
}
