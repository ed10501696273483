package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.Folders;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.aggregate.AggregateApplication;
import dev.mailtide.processor.fanout.FanOutApplication;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the processor does when its state folder or its topics go away under it, on a broker of its own. */
class LostTopicsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BODIES = 300;

    @TempDir
    Path folder;

    private final Topics topics = new Topics("lost.", HaltingProcessor.SIZES);
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private KafkaAccess kafka;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Admin admin;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RawLoad load;

    @BeforeEach
    void startTheBroker() throws IOException {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort());
        kafka = KafkaAccess.at(broker.bootstrapServers());
        kafka.createMissing(topics.fixed());
        admin = kafka.openAdmin();
        load = new RawLoad(kafka, topics.raw().name(), 7);
    }

    @AfterEach
    void stopTheBroker() {
        load.close();
        admin.close();
        broker.close();
    }

    @Test
    void a_state_folder_that_was_wiped_is_restored_and_internal_topics_are_those_of_the_golden_files()
            throws Exception {
        load.post(BODIES);
        try (ProcessorService first = start()) {
            awaitTheFold();
            assertThat(internalTopics(AggregateApplication.APPLICATION_ID))
                    .isEqualTo(Golden.text("aggregate-internal-topics.txt"));
            assertThat(internalTopics(FanOutApplication.APPLICATION_ID))
                    .isEqualTo(Golden.text("fan-out-internal-topics.txt"));
            assertThat(first.port()).isPositive();
        }
        Folders.delete(state());
        load.post(BODIES);
        // In a process of its own: what its stores hold of the folder goes with it.
        try (ProcessorChild second = startChild()) {
            awaitTheFold();
            Folders.delete(state());
            load.post(BODIES);
            assertThat(second.hasEnded(0)).isFalse();
        }
        try (ProcessorService third = start()) {
            awaitTheFold();
            assertThat(third.port()).isPositive();
        }
        assertThat(reasons).isEmpty();
    }

    @Test
    void a_store_that_was_half_deleted_when_it_was_killed_is_restored() throws Exception {
        load.post(BODIES);
        try (ProcessorService first = start()) {
            awaitTheFold();
            assertThat(first.port()).isPositive();
        }
        Path task = state().resolve(AggregateApplication.APPLICATION_ID).resolve("1_4");
        try (Stream<Path> files = Files.list(task.resolve("rocksdb").resolve("ledger-events"))) {
            Files.delete(files.filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .findFirst()
                    .orElseThrow());
        }
        load.post(BODIES);
        try (ProcessorService second = start()) {
            awaitTheFold();
            assertThat(second.port()).isPositive();
        }
        assertThat(reasons).isEmpty();
    }

    @Test
    void a_state_folder_that_outlives_the_data_of_the_broker_changes_no_number() throws Exception {
        load.post(BODIES);
        try (ProcessorService first = start()) {
            awaitTheFold();
            assertThat(first.port()).isPositive();
        }
        stopTheBroker();
        Folders.delete(folder.resolve("kafka"));
        startTheBroker();
        load.post(BODIES);
        try (ProcessorService second = start()) {
            awaitTheFold();
            assertThat(second.port()).isPositive();
        }
        assertThat(reasons).isEmpty();
    }

    @Test
    void raw_records_that_were_deleted_before_they_were_counted_stop_it_until_a_person_accepts_that() throws Exception {
        load.post(BODIES);
        try (ProcessorService first = start()) {
            awaitTheFold();
            assertThat(first.port()).isPositive();
        }
        TopicPartition partition = new TopicPartition(topics.raw().name(), 0);
        long counted = committed(partition);
        load.post(BODIES);
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(counted + 2)))
                .all()
                .get();
        String gap = "in lost.raw.v1-0 the records from offset " + counted + " to " + (counted + 1)
                + " were deleted before mailtide-aggregate-1 had read them: 2 at most are not counted";
        assertThatThrownBy(this::start)
                .isInstanceOf(ResourceException.class)
                .hasMessage(gap + "; to go on without it, stop every processor and run ./mailtide accept-loss");
        assertThat(committed(partition)).as("nothing was read").isEqualTo(counted);

        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(ResourceException.class)
                .untilAsserted(() ->
                        assertThat(ProcessorService.acceptLoss(kafka, topics)).containsExactly(gap));
        int before = new ProcessorOutputs(kafka, topics).events().size();
        try (ProcessorService second = start()) {
            await().atMost(SOON)
                    .until(() -> new ProcessorOutputs(kafka, topics).events().size() > before);
            assertThat(second.port()).isPositive();
        }
        assertThat(reasons).isEmpty();
    }

    @Test
    void an_internal_topic_that_is_deleted_while_it_runs_ends_it_and_to_begin_anew_gives_the_same_numbers()
            throws Exception {
        load.post(BODIES);
        String changelog = "mailtide-aggregate-1-domain-totals-changelog";
        try (ProcessorChild child = startChild()) {
            awaitTheFold();
            admin.deleteTopics(List.of(changelog)).all().get();
            load.post(BODIES);
            assertGivesUpOver(changelog, " is gone: ", child);
        }
        assertThat(admin.listTopics().names().get()).as("not made anew").doesNotContain(changelog);
        assertThatThrownBy(this::start)
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith("the topic " + changelog + " is gone: ");
        assertThat(admin.listTopics().names().get()).as("not made anew").doesNotContain(changelog);

        beginAnew();
        String repartition = "mailtide-aggregate-1-by-domain-repartition";
        try (ProcessorChild child = startChild()) {
            awaitTheFold();
            admin.deleteTopics(List.of(repartition)).all().get();
            await().atMost(SOON).ignoreExceptions().until(() -> create(repartition));
            assertGivesUpOver(repartition, " is not the one from before: ", child);
        }
        assertThatThrownBy(this::start)
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith("the topic " + repartition + " is not the one from before: ");
    }

    @Test
    void tables_that_were_deleted_have_all_their_rows_again_after_a_person_has_accepted_that() throws Exception {
        load.post(BODIES);
        try (ProcessorService first = start()) {
            awaitTheFold();
            assertThat(first.port()).isPositive();
        }
        ProcessorOutputs outputs = new ProcessorOutputs(kafka, topics);
        SortedMap<String, ObjectNode> series = outputs.series();
        assertThat(series).isNotEmpty();
        List<String> tables =
                List.of(topics.domainSeries().name(), topics.domainState().name());
        admin.deleteTopics(tables).all().get();
        await().atMost(SOON)
                .until(() -> admin.listTopics().names().get().stream().noneMatch(tables::contains));
        List<String> losses = tables.stream()
                .map(table -> "the topic " + table + " is not the one from before: it was deleted and made anew: its"
                        + " readers lack every row that has not changed since, until the processor, once that is"
                        + " accepted, has published all rows again")
                .toList();
        assertThatThrownBy(this::start)
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith(losses.get(0) + "; ")
                .hasMessageContaining("\n" + losses.get(1) + "; ");

        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(ResourceException.class)
                .untilAsserted(() ->
                        assertThat(ProcessorService.acceptLoss(kafka, topics)).containsExactlyElementsOf(losses));
        try (ProcessorService second = start()) {
            awaitTheFold();
            await().atMost(SOON).until(() -> outputs.series().equals(series));
            assertThat(second.port()).isPositive();
        }
        assertThat(reasons).isEmpty();
    }

    private ProcessorChild startChild() throws IOException {
        return new ProcessorChild(
                broker.bootstrapServers(),
                "lost.",
                folder.resolve("data"),
                "p-1",
                HaltingProcessor.Step.NOWHERE,
                1,
                folder.resolve("log").toFile());
    }

    private void assertGivesUpOver(String topic, String what, ProcessorChild child) throws Exception {
        assertThat(child.hasEnded(SOON.toSeconds())).isTrue();
        assertThat(child.exitCode()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("log"))).contains("giving up: the topic " + topic + what);
    }

    private boolean create(String topic) throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, 8, (short) 1))).all().get();
        return true;
    }

    /** As docs/operations.md says under "Lost topics". */
    private void beginAnew() throws Exception {
        List<String> gone = admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith("mailtide-")
                        || topics.isOfADomain(topic)
                        || List.of(
                                        topics.events().name(),
                                        topics.domainState().name(),
                                        topics.domainSeries().name(),
                                        topics.deadLetters().name(),
                                        topics.domainOverflow().name())
                                .contains(topic))
                .toList();
        admin.deleteTopics(gone).all().get();
        List<String> groups = List.of(AggregateApplication.APPLICATION_ID, FanOutApplication.APPLICATION_ID);
        await().atMost(SOON).until(() -> {
            // One of them may be gone before the other can go.
            admin.deleteConsumerGroups(groups).deletedGroups().values().forEach(LostTopicsTest::awaitEnd);
            return admin.listGroups().all().get().stream().noneMatch(group -> groups.contains(group.groupId()));
        });
        Folders.delete(state());
    }

    private static void awaitEnd(KafkaFuture<Void> deletion) {
        try {
            deletion.get();
        } catch (ExecutionException refused) {
            assertThat(refused.getCause()).isInstanceOf(ApiException.class);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ProcessorService start() {
        return new ProcessorService(
                HaltingProcessor.settings(folder.resolve("data"), "p-1"),
                Parts.ALL,
                kafka,
                topics,
                InstantSource.system(),
                reasons::add);
    }

    private Path state() {
        return folder.resolve("data").resolve("state");
    }

    private void awaitTheFold() {
        var expected = new ReferenceFold(HaltingProcessor.REMEMBER_FOR).fold(load.inAppendOrder());
        ProcessorOutputs outputs = new ProcessorOutputs(kafka, topics);
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(outputs.states()).isEqualTo(ProcessorOutputs.states(expected)));
        assertThat(outputs.events()).isEqualTo(ProcessorOutputs.events(expected));
    }

    private long committed(TopicPartition partition) throws Exception {
        return admin
                .listConsumerGroupOffsets(AggregateApplication.APPLICATION_ID)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().equals(partition))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    /** One line for each topic of the application: its name, partitions and cleanup policy as the broker has them. */
    private String internalTopics(String applicationId) throws Exception {
        Set<String> names = new TreeSet<>(admin.listTopics().names().get());
        names.removeIf(name -> !name.startsWith(applicationId + "-"));
        StringBuilder lines = new StringBuilder();
        for (TopicDescription topic :
                new TreeMap<>(admin.describeTopics(names).allTopicNames().get()).values()) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            Collection<Config> configs =
                    admin.describeConfigs(List.of(resource)).all().get().values();
            String cleanup = configs.iterator().next().get("cleanup.policy").value();
            lines.append("%s: %d partitions, %s%n"
                    .formatted(topic.name(), topic.partitions().size(), cleanup));
        }
        return lines.toString();
    }
}
