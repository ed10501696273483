package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guard before and between starts, on a real broker. Each test has an application of its own. */
@OnKafka
class TopicGuardTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration DOUBT_MAX = Duration.ofMillis(300);
    private static final int PARTITIONS = 2;

    private final KafkaAccess kafka = TestKafka.access();
    private final Admin admin = kafka.openAdmin();
    private final String prefix = TestKafka.freshPrefix();
    private final String application = prefix + "app";
    private final String raw = prefix + "raw";
    private final String events = prefix + "events";
    private final String changelog = application + "-rows-changelog";
    private final String repartition = application + "-by-key-repartition";
    private final String states = prefix + "states";
    private final Outputs outputs = new Outputs(Set.of(events), Set.of(states));
    private final Guarded guarded = new Guarded(application, raw, outputs, Set.of(changelog, repartition));

    @BeforeEach
    void createTopics() throws Exception {
        create(raw, events, states);
    }

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void a_first_start_begins_at_the_beginning_of_the_source() throws Exception {
        write(3);
        truncate(1);
        admit();
        assertThat(committed()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 1L, 1, 0L));
    }

    @Test
    void a_first_start_that_was_killed_goes_on() {
        KnownTopics known = new KnownTopics(kafka, application, (short) 1);
        assertThat(known.read()).isEmpty();
        known.write(Map.of(KnownTopics.BEGUN, "1"));
        admit();
        admit();
    }

    @Test
    void a_later_start_leaves_the_offsets_where_they_are() throws Exception {
        admit();
        write(3);
        commit(Map.of(0, 2L));
        begin();
        assertThat(committed()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 2L, 1, 0L));
    }

    @Test
    void an_internal_topic_that_is_gone_or_made_anew_is_refused_and_cannot_be_accepted() throws Exception {
        begin();
        delete(changelog);
        assertThatThrownBy(this::admit)
                .isInstanceOf(ResourceException.class)
                .hasMessage(
                        "the topic " + changelog + " is gone: state cannot be restored from it, and to go on would be"
                                + " to count on from zero; begin anew from the raw topic, as docs/operations.md says under"
                                + " \"Lost topics\"");
        create(changelog);
        delete(repartition);
        create(repartition);
        String remade = " is not the one from before: it was deleted and made anew: ";
        for (String refused : List.of(refusal(this::admit), refusal(this::acceptLoss))) {
            assertThat(refused.lines())
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith("the topic " + changelog + remade))
                    .anyMatch(line -> line.startsWith("the topic " + repartition + remade));
        }
    }

    @Test
    void kafka_streams_may_create_an_internal_topic_once_and_not_again() throws Exception {
        try (TopicGuard guard = guard()) {
            guard.admit();
            NewTopic wanted = new NewTopic(changelog, 1, (short) 1);
            guard.beforeCreating(List.of(wanted));
            create(changelog, repartition);
            assertThat(guard.look()).isEmpty();
            assertThatThrownBy(() -> guard.beforeCreating(List.of(wanted))).isInstanceOf(LostTopicException.class);
            delete(changelog);
            assertThat(guard.look()).isPresent();
            assertThat(guard.problem()).isEqualTo(guard.look());
        }
    }

    @Test
    void records_that_were_deleted_before_they_were_read_are_refused_until_they_are_accepted() throws Exception {
        begin();
        write(5);
        commit(Map.of(0, 2L));
        truncate(4);
        assertThat(refusal(this::admit))
                .isEqualTo("in " + raw + "-0 the records from offset 2 to 3 were deleted before " + application
                        + " had read them: 2 at most are not counted; to go on without it, stop every processor and run"
                        + " ./mailtide accept-loss");
        assertThat(acceptLoss())
                .containsExactly("in " + raw + "-0 the records from offset 2 to 3 were deleted before " + application
                        + " had read them: 2 at most are not counted");
        assertThat(committed()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 4L, 1, 0L));
        admit();
        assertThat(acceptLoss()).isEmpty();
    }

    @Test
    void a_source_that_was_made_anew_is_refused_until_it_is_accepted() throws Exception {
        begin();
        write(3);
        commit(Map.of(0, 3L));
        delete(raw);
        create(raw);
        assertThat(refusal(this::admit)).startsWith("the topic " + raw + " is not the one from before");
        assertThat(acceptLoss()).hasSize(1);
        admit();
        assertThat(committed()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 0L, 1, 0L));
    }

    @Test
    void an_output_that_was_made_anew_is_refused_until_it_is_accepted() throws Exception {
        begin();
        delete(events);
        create(events);
        assertThat(refusal(this::admit)).startsWith("the topic " + events + " is not the one from before");
        assertThat(acceptLoss()).hasSize(1);
        admit();
    }

    @Test
    void a_table_that_was_made_anew_is_refused_until_it_is_accepted_and_is_another_one_then() throws Exception {
        begin();
        Optional<String> before = idOfTable();
        delete(states);
        create(states);
        String lost =
                "the topic " + states + " is not the one from before: it was deleted and made anew: its readers lack"
                        + " every row that has not changed since, until the processor, once that is accepted, has published all"
                        + " rows again";
        assertThat(refusal(this::admit))
                .isEqualTo(lost + "; to go on without it, stop every processor and run ./mailtide accept-loss");
        assertThat(acceptLoss()).containsExactly(lost);
        assertThat(idOfTable()).isPresent().isNotEqualTo(before).isEqualTo(idOfTable());
    }

    @Test
    void an_output_that_an_earlier_build_did_not_look_after_is_noted_and_looked_after_from_then_on() throws Exception {
        Guarded earlier =
                new Guarded(application, raw, new Outputs(Set.of(events), Set.of()), Set.of(changelog, repartition));
        try (TopicGuard guard = new TopicGuard(kafka, earlier, (short) 1, DOUBT_MAX)) {
            guard.admit();
            assertThat(guard.idsOf(Set.of(states))).isEmpty();
        }
        assertThat(idOfTable()).isPresent();
        delete(states);
        create(states);
        assertThat(refusal(this::admit)).startsWith("the topic " + states + " is not the one from before");
    }

    private Optional<String> idOfTable() {
        try (TopicGuard guard = guard()) {
            guard.admit();
            return guard.idsOf(outputs.tables());
        }
    }

    @Test
    void offsets_that_kafka_has_forgotten_are_refused_and_cannot_be_accepted() throws Exception {
        begin();
        admin.deleteConsumerGroups(List.of(application)).all().get();
        String lost = "the group " + application + " has no offset for 2 of 2 partitions of " + raw;
        assertThat(refusal(this::admit)).startsWith(lost);
        assertThat(refusal(this::acceptLoss)).startsWith(lost);
    }

    @Test
    void a_group_that_has_run_and_does_not_know_its_topics_is_refused() throws Exception {
        begin();
        delete(application + "-known-topics");
        assertThat(refusal(this::admit))
                .startsWith("the topic " + application + "-known-topics is gone or empty, though the group "
                        + application + " has run before");
    }

    @Test
    void a_first_start_is_admitted_though_another_one_ends_while_it_asks() throws Exception {
        Map<String, String> settings = new HashMap<>(kafka.settings());
        settings.put(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, AfterReading.class.getName());
        AfterReading.NEXT.set(this::admit);
        try (TopicGuard slower = new TopicGuard(new KafkaAccess(settings), guarded, (short) 1, DOUBT_MAX)) {
            slower.admit();
        }
        assertThat(AfterReading.NEXT.get()).as("what was to come between").isNull();
        assertThat(committed()).containsExactlyInAnyOrderEntriesOf(Map.of(0, 0L, 1, 0L));
    }

    /** Does something once, when a consumer that has this interceptor is closed. */
    public static final class AfterReading
            implements ConsumerInterceptor<String, String>, ProducerInterceptor<String, String> {

        private static final AtomicReference<Runnable> NEXT = new AtomicReference<>();

        @Override
        public ConsumerRecords<String, String> onConsume(ConsumerRecords<String, String> records) {
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {
            Runnable next = NEXT.getAndSet(null);
            if (next != null) {
                next.run();
            }
        }
    }

    @Test
    void a_first_start_beside_internal_topics_of_another_life_is_refused() throws Exception {
        create(changelog);
        assertThat(refusal(this::admit))
                .isEqualTo("the topic " + application
                        + "-known-topics is gone or empty, though there are internal topics"
                        + " of " + application + " (" + changelog + "): to go on would be to count everything on top of"
                        + " what stands in them; begin anew from the raw topic, as docs/operations.md says under"
                        + " \"Lost topics\"");
        assertThat(committed()).as("no place was set").isEmpty();
    }

    /** As a first run does: internal topics come after it was admitted. */
    private void begin() throws Exception {
        try (TopicGuard guard = guard()) {
            guard.admit();
            create(changelog, repartition);
            assertThat(guard.look()).isEmpty();
        }
    }

    private TopicGuard guard() {
        return new TopicGuard(kafka, guarded, (short) 1, DOUBT_MAX);
    }

    private void admit() {
        try (TopicGuard guard = guard()) {
            guard.admit();
        }
    }

    private List<String> acceptLoss() {
        try (LossAcceptance acceptance = new LossAcceptance(kafka, application, raw, outputs, (short) 1)) {
            return acceptance.accept();
        }
    }

    private static String refusal(Runnable start) {
        try {
            start.run();
        } catch (ResourceException refused) {
            return String.valueOf(refused.getMessage());
        }
        throw new AssertionError("it was not refused");
    }

    private void create(String... names) throws Exception {
        for (String name : names) {
            if (admin.listTopics().names().get().contains(name)) {
                continue;
            }
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
            await().atMost(SOON).until(() -> isThere(name));
        }
    }

    private boolean isThere(String name) throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get().contains(name);
    }

    private void delete(String name) throws Exception {
        admin.deleteTopics(List.of(name)).all().get();
        await().atMost(SOON).until(() -> !isThere(name));
    }

    private void write(int records) throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(raw, 0, "k", new byte[1])).get();
            }
        }
    }

    private void truncate(long before) throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition(raw, 0), RecordsToDelete.beforeOffset(before)))
                .all()
                .get();
    }

    private void commit(Map<Integer, Long> offsets) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(raw, partition), new OffsetAndMetadata(offset)));
        admin.alterConsumerGroupOffsets(application, all).all().get();
    }

    private Map<Integer, Long> committed() throws Exception {
        try (GroupView view = new GroupView(kafka, application)) {
            return view.committed(raw);
        }
    }
}
