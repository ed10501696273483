package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Up to when everything is counted, asked of a real broker. A mistake of ours in one question is not the last question. */
@OnKafka
class FreshnessTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ADMIN_THREAD = "kafka-admin-client-thread";
    private static final Instant NOW = Instant.parse("2026-04-18T20:00:00Z");

    private final KafkaAccess kafka = TestKafka.access();
    private final String source = TestKafka.freshPrefix() + "source";
    private final String group = source + "-group";

    @Test
    void freshness_is_asked_for_again_after_a_failure_that_nobody_foresaw() throws Exception {
        createSource();
        AtomicBoolean fails = new AtomicBoolean();
        AtomicInteger failures = new AtomicInteger();
        try (Freshness freshness = new Freshness(kafka, group, List.of(source), () -> {
            if (fails.get()) {
                failures.incrementAndGet();
                throw new IllegalStateException("a mistake");
            }
            return NOW;
        })) {
            fails.set(true);
            freshness.start();
            await().atMost(SOON).until(() -> failures.get() > 0);
            fails.set(false);
            await().atMost(SOON).until(() -> freshness.asOf().isPresent());
            assertThat(freshness.asOf()).contains(NOW);
        }
    }

    @Test
    void what_asks_kafka_is_closed_though_the_thread_that_reads_hangs_and_ends_later() throws Exception {
        createSource();
        send();
        Map<String, String> settings = new HashMap<>(kafka.settings());
        settings.put(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, HangsWhileReading.class.getName());
        long before = threads(ADMIN_THREAD);
        Freshness freshness = new Freshness(new KafkaAccess(settings), group, List.of(source), () -> NOW);
        freshness.start();
        HangsWhileReading.BEGUN.await();
        freshness.close();
        assertThat(threads(ADMIN_THREAD)).isEqualTo(before);
        HangsWhileReading.GO_ON.countDown();
        await().atMost(SOON).until(() -> threads("freshness") == 0);
        freshness.close();
    }

    /** In the middle of a poll, which no other thread may close then; does not end when it is interrupted. */
    public static final class HangsWhileReading implements ConsumerInterceptor<byte[], byte[]> {

        private static final CountDownLatch BEGUN = new CountDownLatch(1);
        private static final CountDownLatch GO_ON = new CountDownLatch(1);

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            BEGUN.countDown();
            boolean wasInterrupted = false;
            while (GO_ON.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
                wasInterrupted |= Thread.interrupted();
            }
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void configure(Map<String, ?> configured) {}

        @Override
        public void close() {}
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .count();
    }

    /** As while a stream thread hangs: it is alive for its group, and commits nothing. */
    @Test
    void an_answer_is_stale_ten_seconds_after_a_record_came_that_is_not_counted_and_not_a_millisecond_earlier()
            throws Exception {
        createSource();
        Instant appended = send();
        AtomicReference<Instant> now = new AtomicReference<>(appended.plusSeconds(10));
        AtomicInteger questions = new AtomicInteger();
        try (Freshness freshness = new Freshness(kafka, group, List.of(source), () -> {
            questions.addAndGet(Thread.currentThread().getName().equals("freshness") ? 1 : 0);
            return now.get();
        })) {
            freshness.start();
            await().atMost(SOON).until(() -> freshness.asOf().isPresent());
            assertThat(freshness.asOf()).contains(appended);
            assertThat(freshness.isStale(appended)).isFalse();
            Instant later = appended.plusMillis(10_001);
            now.set(later);
            int before = questions.get();
            await().atMost(SOON).until(() -> questions.get() > before + 2);
            assertThat(freshness.asOf()).contains(appended);
            assertThat(freshness.isStale(appended)).isTrue();
            commit();
            await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(later)));
            assertThat(freshness.lag()).isZero();
        }
    }

    /** Topics behind the first are not in the order of append times, and nothing is known of earlier looks after a start. */
    @Test
    void after_a_start_the_oldest_of_all_that_waits_counts_and_not_the_first() throws Exception {
        createSource();
        String behind = source + "-behind";
        Instant first = NOW.minusSeconds(5);
        Instant oldest = NOW.minusSeconds(8);
        try (Admin admin = kafka.openAdmin();
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(behind, 1, (short) 1)))
                    .all()
                    .get();
            for (Instant time : List.of(NOW.minusSeconds(9), first, oldest, NOW.minusSeconds(1))) {
                producer.send(new ProducerRecord<>(behind, 0, time.toEpochMilli(), "key", new byte[1]))
                        .get();
            }
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(behind, 0), new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
        AtomicInteger questions = new AtomicInteger();
        try (Freshness freshness = new Freshness(kafka, group, List.of(source, behind), () -> {
            questions.incrementAndGet();
            return NOW;
        })) {
            freshness.start();
            await().atMost(SOON).until(() -> freshness.asOf().isPresent());
            assertThat(freshness.asOf()).contains(oldest);
            int before = questions.get();
            await().atMost(SOON).until(() -> questions.get() > before + 4);
            assertThat(freshness.asOf())
                    .as("while it is not known what has passed")
                    .contains(oldest);
        }
    }

    /** A transaction ends with a marker, which nobody processes, and behind which the group may never go. */
    @Test
    void where_only_the_end_of_a_transaction_is_left_everything_is_counted() throws Exception {
        createSource();
        String behind = source + "-behind";
        try (Admin admin = kafka.openAdmin();
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        kafka.with(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, behind)),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(behind, 1, (short) 1)))
                    .all()
                    .get();
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(behind, 0, NOW.toEpochMilli(), "key", new byte[1]))
                    .get();
            producer.commitTransaction();
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(behind, 0), new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        try (Freshness freshness = new Freshness(kafka, group, List.of(source, behind), now::get)) {
            freshness.start();
            await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(NOW)));
            Instant later = NOW.plusSeconds(5);
            now.set(later);
            await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(later)));
        }
    }

    @Test
    void a_topic_of_the_way_that_is_not_there_is_none_in_which_nothing_waits() throws Exception {
        createSource();
        String missing = source + "-missing";
        AtomicInteger questions = new AtomicInteger();
        try (Freshness freshness = new Freshness(kafka, group, List.of(source, missing), () -> {
            questions.incrementAndGet();
            return NOW;
        })) {
            freshness.start();
            await().atMost(SOON).until(() -> questions.get() > 2);
            assertThat(freshness.asOf()).isEmpty();
            try (Admin admin = kafka.openAdmin()) {
                assertThat(admin.listTopics().names().get()).doesNotContain(missing);
                admin.createTopics(List.of(new NewTopic(missing, 1, (short) 1)))
                        .all()
                        .get();
            }
            await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(NOW)));
        }
    }

    /** What was answered is looked at when the next question begins, so none is overlooked. */
    @Test
    void while_the_group_moves_only_what_it_has_committed_has_passed() throws Exception {
        createSource();
        String behind = source + "-behind";
        Instant first = NOW.minusSeconds(9);
        try (Admin admin = kafka.openAdmin();
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(behind, 1, (short) 1)))
                    .all()
                    .get();
            for (Instant time : List.of(first, NOW.minusSeconds(8), NOW.minusSeconds(7))) {
                producer.send(new ProducerRecord<>(behind, 0, time.toEpochMilli(), "key", new byte[1]))
                        .get();
            }
            Set<Instant> answers = ConcurrentHashMap.newKeySet();
            List<Freshness> asked = new CopyOnWriteArrayList<>();
            AtomicInteger questions = new AtomicInteger();
            try (Freshness freshness = new Freshness(kafka, group, List.of(source, behind), () -> {
                asked.forEach(one -> one.asOf().ifPresent(answers::add));
                questions.incrementAndGet();
                return NOW;
            })) {
                asked.add(freshness);
                freshness.start();
                await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(first)));
                for (long next = 1; next < 3; next++) {
                    admin.alterConsumerGroupOffsets(
                                    group, Map.of(new TopicPartition(behind, 0), new OffsetAndMetadata(next)))
                            .all()
                            .get();
                    int before = questions.get();
                    await().atMost(SOON).until(() -> questions.get() > before + 4);
                }
                assertThat(answers).containsExactly(first);
                admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(behind, 0), new OffsetAndMetadata(3)))
                        .all()
                        .get();
                await().atMost(SOON).until(() -> freshness.asOf().equals(Optional.of(NOW)));
            }
        }
    }

    private void createSource() throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.createTopics(List.of(new NewTopic(source, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private Instant send() throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            return Instant.ofEpochMilli(producer.send(new ProducerRecord<>(source, "key", new byte[1]))
                    .get()
                    .timestamp());
        }
    }

    private void commit() throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(source, 0), new OffsetAndMetadata(1)))
                    .all()
                    .get();
        }
    }

    @Test
    void copies_are_looked_at_again_after_a_failure_that_nobody_foresaw() {
        AtomicInteger looks = new AtomicInteger();
        try (StandbyProgress copies = new StandbyProgress(kafka, "app", () -> {
            if (looks.getAndIncrement() == 0) {
                throw new IllegalStateException("a mistake");
            }
            return Optional.empty();
        })) {
            copies.start();
            await().atMost(SOON).until(() -> looks.get() > 1);
        }
    }
}
