package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/**
 * How an application of ours runs: exactly once, with static membership, so that a restart after a crash takes its
 * partitions back at once.
 *
 * @param applicationId the name of its group, transactions, folder and internal topics: a contract
 * @param instance this process among those of the same application
 * @param stateFolder where its stores are; never shared between processes
 * @param threads how many threads process
 * @param commitInterval how often a transaction ends: readers of what it wrote wait that long
 * @param replication copies of its internal topics
 * @param onStop what a stop is to other instances
 * @param sharing how its stores are shared with other instances; empty if nobody asks it anything
 */
public record StreamsSettings(
        String applicationId,
        String instance,
        Path stateFolder,
        int threads,
        Duration commitInterval,
        short replication,
        OnStop onStop,
        Optional<Sharing> sharing) {

    /** Shared by all stores of an application that have a cache, on the heap. */
    private static final long STORE_CACHE_BYTES_MAX = 32L * 1024 * 1024;

    private static final String SESSION_MILLIS = "10000";
    private static final String HEARTBEAT_MILLIS = "2000";

    /** An application that nobody asks anything, and that will be back after a stop. */
    public StreamsSettings(
            String applicationId,
            String instance,
            Path stateFolder,
            int threads,
            Duration commitInterval,
            short replication) {
        this(applicationId, instance, stateFolder, threads, commitInterval, replication, OnStop.STAY, Optional.empty());
    }

    /** All settings of the application, over what the installation says about reaching Kafka. */
    public Map<String, Object> over(KafkaAccess kafka) {
        Map<String, Object> settings = new HashMap<>();
        // Nobody sees a record before its transaction ends, and a commit sends what still lingers: to wait costs no
        // time, and makes batches of what would be a request for a few records each.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "100");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), "131072");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), "6291456");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MILLIS);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_MILLIS);
        // A setting for all clients wins over our own for one of them, though Kafka Streams sees it the other way.
        settings.keySet().removeIf(key -> kafka.settings().containsKey(key.substring(key.indexOf('.') + 1)));
        settings.putAll(kafka.settings());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replication);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instance);
        // No task of ours has two inputs that would have to be in step, and to look whether they are costs its share.
        settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, STORE_CACHE_BYTES_MAX);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        // Never resume after an exception: the record would be lost. The thread fails, and it is processed again.
        settings.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        settings.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailProcessingExceptionHandler.class);
        sharing.ifPresent(shared -> {
            settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, shared.endpoint());
            settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, shared.standbyReplicas());
        });
        settings.put(StreamsConfig.topicPrefix(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG), Topics.SMALL_INDEX_BYTES);
        if (replication > 1) {
            settings.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
        return settings;
    }
}
