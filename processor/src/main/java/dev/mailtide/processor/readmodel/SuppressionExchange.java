package dev.mailtide.processor.readmodel;

import dev.mailtide.common.topic.KafkaAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Reads the whole topic of suppressions, and tells it what is known here and not there. Nothing is told before the topic was
 * read to its end once: what is rebuilt from events stands there already.
 */
final class SuppressionExchange implements Restarted.Work {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TELL_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Duration ACK_MAX = Duration.ofSeconds(30);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final int TOLD_MAX = 5_000;
    private static final int COMPARED_MAX = 20_000;

    private final Source source;
    private final Suppressions suppressions;
    private final ReadModelMeters meters;
    private final TopicView topic;
    private final Consumer<String, byte[]> consumer;
    private final Producer<String, byte[]> producer;
    private Map<TopicPartition, Long> endsAtFirst = Map.of();
    private boolean isCaughtUp;
    private String topicId = "";
    private long lookFromNanos = System.nanoTime() + LOOK_EVERY.toNanos();
    private long tellFromNanos = System.nanoTime();

    /**
     * What is read and written.
     *
     * @param topic name of the topic of suppressions
     * @param folder for the view of it
     */
    record Source(KafkaAccess kafka, String topic, Path folder) {}

    SuppressionExchange(Source source, Suppressions suppressions, ReadModelMeters meters) {
        this.source = source;
        this.suppressions = suppressions;
        this.meters = meters;
        this.topic = new TopicView(source.kafka(), source.topic());
        this.consumer = new KafkaConsumer<>(
                source.kafka()
                        .with(Map.of(
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                                // Only where what was read is lost: to read rows again changes nothing.
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                                ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-read-model-suppressions")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(
                source.kafka()
                        .with(Map.of(
                                ProducerConfig.ACKS_CONFIG, "all",
                                ProducerConfig.LINGER_MS_CONFIG, "20",
                                ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
                                ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(ANSWER_MAX.toMillis()),
                                ProducerConfig.CLIENT_ID_CONFIG, "mailtide-read-model-suppressions")),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void run() throws InterruptedException {
        SuppressionView view = openView();
        while (true) {
            hear(view, consumer.poll(POLL));
            if (isCaughtUp && System.nanoTime() - tellFromNanos >= 0) {
                tellFromNanos = System.nanoTime() + TELL_EVERY.toNanos();
                tell(view);
            }
            look(view);
        }
    }

    private SuppressionView openView() {
        List<TopicPartition> all = IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(source.topic(), partition))
                .toList();
        topicId = topic.id();
        consumer.assign(all);
        endsAtFirst = consumer.endOffsets(all, ANSWER_MAX);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all, ANSWER_MAX);
        SuppressionView view = SuppressionView.open(source.folder(), topicId);
        try {
            boolean isNew = all.stream()
                    .allMatch(
                            partition -> view.nextOffset(partition.partition()).isEmpty());
            all.forEach(partition -> consumer.seek(
                    partition, view.nextOffset(partition.partition()).orElse(beginnings.getOrDefault(partition, 0L))));
            suppressions.opened(view, isNew);
            return view;
        } catch (RuntimeException e) {
            // One that stays open could not be opened again in this process.
            view.close();
            throw e;
        }
    }

    /** A topic that somebody deleted and that was made again knows nothing, and has to be told everything. */
    private void look(SuppressionView view) {
        if (view.isDamaged()) {
            throw new IllegalStateException("the view of " + source.topic() + " is damaged, and is read anew");
        }
        if (System.nanoTime() - lookFromNanos >= 0) {
            lookFromNanos = System.nanoTime() + LOOK_EVERY.toNanos();
            if (!topic.id().equals(topicId)) {
                throw new KafkaException(source.topic() + " is not the topic from before");
            }
        }
    }

    private void hear(SuppressionView view, ConsumerRecords<String, byte[]> records) {
        List<Suppressions.Heard> heard = new ArrayList<>();
        Map<Integer, Long> next = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            next.put(record.partition(), record.offset() + 1);
            heard(record).ifPresent(heard::add);
        }
        if (!next.isEmpty()) {
            suppressions.heard(view, heard, next);
        }
        if (!isCaughtUp && isAtTheFirstEnds()) {
            isCaughtUp = true;
            suppressions.caughtUp();
        }
    }

    private boolean isAtTheFirstEnds() {
        return endsAtFirst.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), ANSWER_MAX) >= end.getValue());
    }

    /** A record of another version says nothing to us. */
    private static Optional<Suppressions.Heard> heard(ConsumerRecord<String, byte[]> record) {
        Optional<Addressee> addressee = Optional.ofNullable(record.key()).flatMap(Addressee::of);
        Optional<SuppressionRow> row = Optional.ofNullable(record.value()).flatMap(SuppressionJson::decode);
        return addressee
                .filter(known -> row.isPresent() || record.value() == null)
                .map(known -> new Suppressions.Heard(known, row));
    }

    private void tell(SuppressionView view) throws InterruptedException {
        suppressions.compare(view, COMPARED_MAX);
        Suppressions.News news = suppressions.news(view, TOLD_MAX);
        send(news.rows());
        suppressions.told(view, news);
    }

    private void send(Map<Addressee, SuppressionRow> news) throws InterruptedException {
        List<Future<?>> sent = new ArrayList<>();
        news.forEach((addressee, row) -> sent.add(producer.send(
                new ProducerRecord<>(source.topic(), addressee.key(), SuppressionJson.encode(addressee, row)))));
        try {
            for (Future<?> one : sent) {
                var unused = one.get(ACK_MAX.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka does not take suppressions", e);
        }
        meters.published(sent.size());
    }

    @Override
    public void stop() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        suppressions.closed();
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
        producer.close(CLOSE_MAX);
        topic.close();
    }
}
