package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.Folders;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.HaltingProcessor.Step;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * G2, G3 and G4 through kills: the processor in a process of its own ends without a word at a step of the way of a
 * record, again and again, with and without its state folder, and now and then stands still until its session and its
 * transactions have run out. {@code -Dmailtide.processor.kill.rounds=30 -Dmailtide.kill.seed=…} for more than the few
 * rounds of each build.
 */
class KilledProcessorTest {

    private static final int ROUNDS = Integer.getInteger("mailtide.processor.kill.rounds", 2);
    private static final long SEED = Long.getLong("mailtide.kill.seed", 20_261_121);
    private static final int BODIES_PER_ROUND = 400;
    private static final String PREFIX = "killed.";
    private static final String GROUP = "mailtide-aggregate-1";
    private static final Duration SOON = Duration.ofSeconds(90);

    /** Before any other, while there are no topics: these can be met once. */
    private static final List<Step> FIRST = List.of(Step.BEFORE_TOPICS_ARE_CREATED, Step.WHILE_TOPICS_ARE_CREATED);

    private static final List<Step> THEN = List.of(
            Step.AFTER_A_LEDGER_PUT,
            Step.IN_THE_MIDDLE_OF_A_COMMIT,
            Step.DURING_RESTORE,
            Step.BEFORE_AN_EVENT_IS_FORWARDED,
            Step.AFTER_A_TOTALS_PUT,
            Step.BEFORE_A_COMMIT,
            Step.BEFORE_A_DELTA_IS_FORWARDED,
            Step.BEFORE_A_DOMAIN_TOPIC_IS_WRITTEN,
            Step.AFTER_A_COMMIT,
            Step.BEFORE_A_STATE_IS_PUBLISHED,
            Step.BEFORE_A_BUCKET_IS_PUBLISHED,
            Step.BEFORE_OFFSETS_ARE_SENT);

    private static final int WIPED_EVERY = 7;
    private static final int HUNG_EVERY = 15;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final Topics topics = new Topics(PREFIX, HaltingProcessor.SIZES);
    private final Map<Step, Integer> ends = new EnumMap<>(Step.class);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private KafkaAccess kafka;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Admin admin;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RawLoad load;

    private int wiped;
    private int hung;

    @BeforeEach
    void startTheBroker() throws IOException {
        // Names of internal topics do not depend on the prefix, so this test cannot share a broker.
        broker = EmbeddedBroker.start(
                folder.resolve("kafka"),
                EmbeddedBroker.freePort(),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
        kafka = KafkaAccess.at(broker.bootstrapServers());
        kafka.createMissing(topics.fixed());
        admin = kafka.openAdmin();
        load = new RawLoad(kafka, topics.raw().name(), SEED);
    }

    @AfterEach
    void stopTheBroker() {
        load.close();
        admin.close();
        broker.close();
    }

    @Test
    void everything_is_counted_published_and_fanned_out_once_wherever_the_processor_was_killed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            if (round % WIPED_EVERY == WIPED_EVERY - 1) {
                Folders.delete(folder.resolve("data").resolve("state"));
                wiped++;
            }
            load.post(BODIES_PER_ROUND);
            if (round % HUNG_EVERY == HUNG_EVERY - 1) {
                hangAndKill();
            } else {
                if (stepOf(round) == Step.DURING_RESTORE) {
                    leaveSomethingToRestore();
                }
                killAt(stepOf(round));
            }
        }
        load.post(BODIES_PER_ROUND);
        try (ProcessorChild last = start("p-1", Step.NOWHERE, 1)) {
            awaitEverythingRight();
            last.stop();
            assertThat(last.hasEnded(30)).isTrue();
        }
        long takenBack = new ProcessorOutputs(kafka, topics).eventsTakenBack();
        System.out.println("killed: " + ends + ", state folder wiped " + wiped + ", hung " + hung + "; bodies "
                + load.posted() + ", events written and taken back " + takenBack + ", seed " + SEED);
        assertThat(ends.values().stream().mapToInt(Integer::intValue).sum())
                .as("kills; seed %d", SEED)
                .isEqualTo(ROUNDS - hung);
        if (ROUNDS >= FIRST.size() + THEN.size() + 1) {
            assertThat(ends.keySet())
                    .as("ended at each step")
                    .containsAll(FIRST)
                    .containsAll(THEN);
            assertThat(takenBack).as("something was processed twice").isPositive();
            assertThat(wiped).as("state folders wiped").isPositive();
        }
    }

    private static Step stepOf(int round) {
        return round < FIRST.size() ? FIRST.get(round) : THEN.get((round - FIRST.size()) % THEN.size());
    }

    /** All before may have ended ahead of their first commit, and left nothing. */
    private void leaveSomethingToRestore() throws Exception {
        try (ProcessorChild child = start("p-1", Step.NOWHERE, 1)) {
            ProcessorOutputs outputs = new ProcessorOutputs(kafka, topics);
            await().atMost(SOON).until(() -> outputs.events().size() >= Step.DURING_RESTORE.timesMax());
            assertThat(child.isAlive()).isTrue();
        }
    }

    private void killAt(Step step) throws Exception {
        try (ProcessorChild child = start("p-1", step, 1 + random.nextInt(step.timesMax()))) {
            long deadline = System.nanoTime() + SOON.toNanos();
            while (!child.hasEnded(2) && System.nanoTime() < deadline) {
                load.post(50);
            }
            assertThat(child.isAlive()).as("came to %s; seed %d", step, SEED).isFalse();
            assertThat(child.exitCode()).as("ended at %s; seed %d", step, SEED).isEqualTo(137);
            ends.merge(step, 1, Integer::sum);
        }
    }

    /** Stands still past its session and its transactions, while another takes over; then both are there, then none. */
    private void hangAndKill() throws Exception {
        try (ProcessorChild first = start("p-1", Step.NOWHERE, 1)) {
            awaitProgress();
            load.post(2 * BODIES_PER_ROUND);
            awaitProgress();
            first.hang();
            await().atMost(SOON).until(() -> !isMember("p-1"));
            await().atMost(SOON).until(this::noTransactionIsOpen);
            try (ProcessorChild second = start("p-2", Step.NOWHERE, 1)) {
                awaitProgress();
                load.post(BODIES_PER_ROUND);
                first.goOn();
                await().atMost(SOON).until(() -> isMember("p-1"));
                awaitProgress();
                assertThat(second.isAlive()).isTrue();
            }
            assertThat(first.isAlive()).isTrue();
            hung++;
        }
    }

    private void awaitProgress() throws Exception {
        long before = committed();
        await().atMost(SOON).until(() -> {
            load.post(10);
            return committed() > before;
        });
    }

    private ProcessorChild start(String instance, Step step, int times) throws IOException {
        return new ProcessorChild(
                broker.bootstrapServers(),
                PREFIX,
                folder.resolve(instance.equals("p-1") ? "data" : instance),
                instance,
                step,
                times,
                Path.of("target", "killed-processor.log").toFile());
    }

    private void awaitEverythingRight() {
        List<RawBody> raw = load.inAppendOrder();
        Expected expected = new ReferenceFold(HaltingProcessor.REMEMBER_FOR).fold(raw);
        ProcessorOutputs outputs = new ProcessorOutputs(kafka, topics);
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(outputs.states())
                        .as("states; seed %d", SEED)
                        .isEqualTo(ProcessorOutputs.states(expected)));
        Instant end = raw.get(raw.size() - 1).appendTime();
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(ProcessorOutputs.keptFor(end, outputs.series()))
                        .as("series; seed %d", SEED)
                        .isNotEmpty()
                        .isEqualTo(ProcessorOutputs.keptFor(end, expected.series())));
        assertThat(outputs.events()).as("events; seed %d", SEED).isEqualTo(ProcessorOutputs.events(expected));
        assertThat(outputs.deadLetters()).as("dead letters; seed %d", SEED).isEqualTo(expected.deadLetters());
        await().atMost(SOON)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(outputs.fannedOut())
                        .as("own topics and overflow; seed %d", SEED)
                        .isEqualTo(outputs.eventRecords()));
    }

    private boolean isMember(String instance) {
        return admin.describeConsumerGroups(List.of(GROUP)).describedGroups().values().stream()
                .map(KafkaFuture::toCompletionStage)
                .map(CompletionStage::toCompletableFuture)
                .flatMap(group -> group.join().members().stream())
                .anyMatch(member -> member.groupInstanceId().orElse("").startsWith(instance + "-"));
    }

    private boolean noTransactionIsOpen() throws ExecutionException, InterruptedException {
        return admin.listTransactions(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                .all()
                .get()
                .isEmpty();
    }

    /** Of the raw topic, over all partitions. */
    private long committed() throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topics.raw().name()))
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }
}
