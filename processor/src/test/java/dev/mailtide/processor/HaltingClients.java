package dev.mailtide.processor;

import dev.mailtide.processor.HaltingProcessor.Step;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's own clients, with the steps of {@link HaltingProcessor} on the way. Kafka Streams takes them by the setting
 * {@code default.client.supplier}, so the product needs to know nothing of them. A store writes to its changelog right
 * after it has written to itself: a send there is the moment after a put.
 */
public final class HaltingClients implements KafkaClientSupplier {

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return new HaltingAdmin(settings);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return new HaltingProducer(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return new HaltingRestore(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return getConsumer(settings);
    }

    private static final class HaltingAdmin extends ForwardingAdmin {

        HaltingAdmin(Map<String, Object> settings) {
            super(settings);
        }

        @Override
        public CreateTopicsResult createTopics(Collection<NewTopic> topics, CreateTopicsOptions options) {
            HaltingProcessor.reached(Step.BEFORE_TOPICS_ARE_CREATED);
            CreateTopicsResult result = super.createTopics(topics, options);
            // Left alone, Kafka would have them in a moment; nobody here lives to see it.
            HaltingProcessor.reached(Step.WHILE_TOPICS_ARE_CREATED);
            return result;
        }
    }

    private static final class HaltingProducer extends KafkaProducer<byte[], byte[]> {

        HaltingProducer(Map<String, Object> settings) {
            super(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
            Step.beforeSendTo(sent.topic()).ifPresent(HaltingProcessor::reached);
            return super.send(sent, callback);
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            HaltingProcessor.reached(Step.BEFORE_OFFSETS_ARE_SENT);
            super.sendOffsetsToTransaction(offsets, group);
        }

        @Override
        public void commitTransaction() {
            HaltingProcessor.reached(Step.BEFORE_A_COMMIT);
            if (HaltingProcessor.isDue(Step.IN_THE_MIDDLE_OF_A_COMMIT)) {
                new Thread(super::commitTransaction).start();
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(3_000_000));
                HaltingProcessor.end();
            }
            super.commitTransaction();
            HaltingProcessor.reached(Step.AFTER_A_COMMIT);
        }
    }

    private static final class HaltingRestore extends KafkaConsumer<byte[], byte[]> {

        HaltingRestore(Map<String, Object> settings) {
            super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
            ConsumerRecords<byte[], byte[]> read = super.poll(wait);
            for (int left = read.count(); left > 0; left--) {
                HaltingProcessor.reached(Step.DURING_RESTORE);
            }
            return read;
        }
    }
}
