package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolIo;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ways of a body, with Kafka's own producer double in front of a real spool. */
class HedgeTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Outcome ON_KAFKA = new Outcome.Stored(Outcome.Way.KAFKA);
    private static final Outcome IN_SPOOL = new Outcome.Stored(Outcome.Way.SPOOL);

    @TempDir
    Path folder;

    private final MockProducer<String, byte[]> kafka =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final RawProducer producer = new RawProducer(() -> kafka, "raw");
    private final List<AutoCloseable> started = new ArrayList<>();
    private final Meters meters = new Meters();
    private final AtomicLong nanos = new AtomicLong();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Spool spool;

    @SuppressWarnings("NullAway.Init") // Set by hedge().
    private KafkaState state;

    @SuppressWarnings("NullAway.Init") // Set by hedge().
    private Drainer drainer;

    @BeforeEach
    void openSpool() {
        spool = Spool.open(
                new SpoolSettings(folder, 10_000_000, 0, 1_000_000, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT),
                new DiskIo());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
        spool.close();
        meters.close();
    }

    @Test
    void an_ack_in_time_is_the_answer_and_the_spool_stays_empty() {
        CompletableFuture<Outcome> outcome = hedge(NEVER, NEVER).accept(entry("1"));
        awaitSends(1);
        assertThat(outcome).isNotDone();
        kafka.completeNext();
        assertThat(ended(outcome)).isEqualTo(ON_KAFKA);
        assertThat(sum("mailtide_spool_appended_total")).isZero();
        ProducerRecord<String, byte[]> sent = kafka.history().get(0);
        assertThat(sent.key()).isEqualTo("1");
        assertThat(sent.value()).isEqualTo(entry("1").body());
        assertThat(sent.headers().lastHeader("source").value())
                .isEqualTo(entry("1").headers().get(0).value());
    }

    @Test
    void a_body_without_an_ack_in_time_goes_to_the_spool_and_is_not_sent_again_when_the_ack_comes_late() {
        CompletableFuture<Outcome> outcome = hedge(AT_ONCE, NEVER).accept(entry("1"));
        assertThat(ended(outcome)).isEqualTo(IN_SPOOL);
        assertThat(spool.status().framesInDoubt()).isEqualTo(1);
        awaitSends(1);
        drainer.start();
        kafka.completeNext();
        await().atMost(SOON).until(() -> sum("mailtide_spool_drained_total{by=\"first-send\"}") == 1);
        assertThat(spool.status().framesInDoubt()).isZero();
        assertThat(spool.status().framesWaiting()).isZero();
        assertThat(kafka.history()).hasSize(1);
    }

    @Test
    void a_first_send_that_fails_late_is_drained_under_the_same_receipt_id() {
        assertThat(ended(hedge(AT_ONCE, NEVER).accept(entry("1")))).isEqualTo(IN_SPOOL);
        awaitSends(1);
        drainer.start();
        kafka.errorNext(new TimeoutException("expired"));
        awaitSends(2);
        kafka.completeNext();
        await().atMost(SOON).until(() -> sum("mailtide_spool_drained_total{by=\"drainer\"}") == 1);
        assertThat(spool.status().framesWaiting()).isZero();
        assertThat(kafka.history()).extracting(ProducerRecord::key).containsExactly("1", "1");
        assertThat(kafka.history().get(1).value()).isEqualTo(entry("1").body());
        assertThat(kafka.history().get(1).headers())
                .isEqualTo(kafka.history().get(0).headers());
    }

    @Test
    void a_send_that_fails_at_once_goes_to_the_spool_without_waiting() {
        CompletableFuture<Outcome> outcome = hedge(NEVER, NEVER).accept(entry("1"));
        awaitSends(1);
        kafka.errorNext(new TimeoutException("no metadata"));
        assertThat(ended(outcome)).isEqualTo(IN_SPOOL);
    }

    @Test
    void with_no_wait_for_an_ack_every_body_goes_to_the_spool_and_is_drained() {
        Hedge hedge = hedge(Duration.ZERO, NEVER);
        assertThat(ended(hedge.accept(entry("1")))).isEqualTo(IN_SPOOL);
        assertThat(kafka.history()).isEmpty();
        drainer.start();
        awaitSends(1);
        kafka.completeNext();
        await().atMost(SOON).until(() -> spool.status().framesWaiting() == 0);
    }

    @Test
    void after_eight_failures_in_a_row_bodies_go_to_the_spool_at_once_until_drained_ones_are_acked_for_a_second() {
        Hedge hedge = hedge(NEVER, NEVER);
        fail(hedge, KafkaState.MISSES_MAX - 1);
        assertThat(state.isOpen()).isFalse();
        succeed(hedge);
        fail(hedge, KafkaState.MISSES_MAX - 1);
        assertThat(state.isOpen()).isFalse();
        fail(hedge, 1);
        assertThat(state.isOpen()).isTrue();

        int sends = kafka.history().size();
        assertThat(ended(hedge.accept(entry("open")))).isEqualTo(IN_SPOOL);
        assertThat(kafka.history()).hasSize(sends);

        drainer.start();
        awaitSends(sends + 1);
        kafka.completeNext();
        awaitSends(sends + 3);
        assertThat(state.isOpen()).isTrue();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        kafka.completeNext();
        await().atMost(SOON).until(() -> !state.isOpen());
        assertThat(state.opened()).isEqualTo(1);
        await().atMost(SOON).until(() -> {
            kafka.completeNext();
            return spool.status().framesWaiting() == 0;
        });
        succeed(hedge);
    }

    @Test
    void the_drainer_begins_with_one_body_on_the_way_and_has_one_more_for_each_ack() {
        Hedge hedge = hedge(NEVER, NEVER);
        fail(hedge, KafkaState.MISSES_MAX);
        int sends = kafka.history().size();
        drainer.start();
        awaitSends(sends + 1);
        kafka.errorNext(new TimeoutException("still away"));
        awaitSends(sends + 2);
        assertThat(kafka.history()).hasSize(sends + 2);
        kafka.completeNext();
        awaitSends(sends + 4);
        kafka.completeNext();
        awaitSends(sends + 6);
        assertThat(kafka.history()).hasSize(sends + 6);
        for (int i = 0; i < 3; i++) {
            kafka.errorNext(new TimeoutException("away again"));
        }
        awaitSends(sends + 7);
        assertThat(kafka.history()).hasSize(sends + 7);
    }

    @Test
    void when_the_spool_refuses_the_ack_decides_however_late() {
        Hedge hedge = hedge(AT_ONCE, NEVER);
        spool.close();
        CompletableFuture<Outcome> outcome = hedge.accept(entry("1"));
        awaitSends(1);
        kafka.completeNext();
        assertThat(ended(outcome)).isEqualTo(ON_KAFKA);
    }

    @Test
    void when_both_refuse_the_body_is_refused() {
        Hedge hedge = hedge(NEVER, NEVER);
        spool.close();
        CompletableFuture<Outcome> outcome = hedge.accept(entry("1"));
        awaitSends(1);
        kafka.errorNext(new TimeoutException("no metadata"));
        assertThat(ended(outcome)).isEqualTo(new Outcome.Refused(Refusal.STOPPING));
    }

    @Test
    void when_the_spool_refuses_and_kafka_is_silent_the_body_is_refused_after_the_answer_wait() {
        Hedge hedge = hedge(AT_ONCE, Duration.ofMillis(20));
        spool.close();
        assertThat(ended(hedge.accept(entry("1")))).isEqualTo(new Outcome.Refused(Refusal.STOPPING));
    }

    @Test
    void a_full_spool_makes_kafka_the_last_resort_even_while_the_breaker_is_open() {
        spool.close();
        spool = Spool.open(
                new SpoolSettings(
                        folder.resolve("small"), 70_000, 0, 65_536, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT),
                new DiskIo());
        Hedge hedge = hedge(NEVER, NEVER);
        fail(hedge, KafkaState.MISSES_MAX);
        SpoolEntry big = new SpoolEntry("big", List.of(), new byte[100_000]);
        int sends = kafka.history().size();
        CompletableFuture<Outcome> outcome = hedge.accept(big);
        awaitSends(sends + 1);
        kafka.completeNext();
        assertThat(ended(outcome)).isEqualTo(ON_KAFKA);

        CompletableFuture<Outcome> refused = hedge.accept(big);
        awaitSends(sends + 2);
        kafka.errorNext(new TimeoutException("away"));
        assertThat(ended(refused)).isEqualTo(new Outcome.Refused(Refusal.SPOOL_FULL));
    }

    @Test
    void a_disk_that_does_not_answer_makes_kafka_the_last_resort_while_the_breaker_is_open() {
        CountDownLatch disk = stalledSpool();
        Hedge hedge = hedge(Duration.ZERO, NEVER);
        CompletableFuture<Outcome> outcome = hedge.accept(entry("1"));
        awaitSends(1);
        kafka.completeNext();
        assertThat(ended(outcome)).isEqualTo(ON_KAFKA);
        disk.countDown();
        await().atMost(SOON).until(() -> sum("mailtide_spool_appended_total") == 1);
    }

    @Test
    void when_neither_answers_the_body_is_refused_after_the_answer_wait_and_kafka_is_a_problem() {
        CountDownLatch disk = stalledSpool();
        Hedge hedge = hedge(NEVER, Duration.ofMillis(20));
        IntStream.range(0, KafkaState.MISSES_MAX).forEach(i -> state.missed());
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(6));
        assertThat(state.problem()).isEmpty();
        assertThat(ended(hedge.accept(entry("1")))).isEqualTo(new Outcome.Refused(Refusal.SPOOL_BUSY));
        assertThat(state.problem()).isPresent();
        disk.countDown();
    }

    /** From now on each force waits for the latch. */
    private CountDownLatch stalledSpool() {
        spool.close();
        CountDownLatch latch = new CountDownLatch(1);
        SpoolIo real = new DiskIo();
        SpoolIo stalled = but(SpoolIo.class, real, "create", arguments -> {
            SpoolIo.SpoolFile file = real.create((Path) arguments[0]);
            return but(SpoolIo.SpoolFile.class, file, "force", none -> {
                latch.await();
                file.force();
                return null;
            });
        });
        spool = Spool.open(
                new SpoolSettings(
                        folder.resolve("slow"), 10_000_000, 0, 1_000_000, NEVER, SpoolSettings.QueueLimits.DEFAULT),
                stalled);
        return latch;
    }

    @FunctionalInterface
    private interface Instead {
        @Nullable
        Object of(Object[] arguments) throws Exception;
    }

    /** The same thing, but for one of its methods. */
    private static <T> T but(Class<T> type, T real, String method, Instead instead) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) ->
                        called.getName().equals(method) ? instead.of(arguments) : called.invoke(real, arguments)));
    }

    @Test
    void what_kafka_refuses_for_good_is_set_aside_and_the_drain_goes_on() {
        Hedge hedge = hedge(Duration.ZERO, NEVER);
        ended(hedge.accept(entry("1")));
        ended(hedge.accept(entry("2")));
        drainer.start();
        awaitSends(1);
        kafka.errorNext(new RecordTooLargeException("too large"));
        awaitSends(2);
        kafka.completeNext();
        await().atMost(SOON).until(() -> spool.status().framesWaiting() == 0);
        assertThat(sum("mailtide_spool_set_aside_total")).isEqualTo(1);
        assertThat(sum("mailtide_spool_drained_total{by=\"drainer\"}")).isEqualTo(1);
        assertThat(spool.status().framesSetAside()).isEqualTo(1);
    }

    private Hedge hedge(Duration ackWait, Duration answerWait) {
        state = new KafkaState(ackWait.isZero() ? NEVER : ackWait, nanos::get);
        SpoolMeters spoolMeters = new SpoolMeters(meters, spool, InstantSource.system());
        Publisher publisher = new Publisher(producer, new QueueLimits(1_000, 10_000_000), state);
        publisher.start();
        started.add(publisher);
        drainer = new Drainer(spool, producer, state, spoolMeters);
        started.add(drainer);
        Hedge hedge = new Hedge(publisher, spool, state, ackWait, answerWait, spoolMeters);
        started.add(hedge);
        return hedge;
    }

    private void fail(Hedge hedge, int times) {
        for (int i = 0; i < times; i++) {
            int sends = kafka.history().size();
            CompletableFuture<Outcome> outcome = hedge.accept(entry("failing"));
            awaitSends(sends + 1);
            kafka.errorNext(new TimeoutException("away"));
            assertThat(ended(outcome)).isEqualTo(IN_SPOOL);
        }
    }

    private void succeed(Hedge hedge) {
        int sends = kafka.history().size();
        CompletableFuture<Outcome> outcome = hedge.accept(entry("acked"));
        awaitSends(sends + 1);
        kafka.completeNext();
        assertThat(ended(outcome)).isEqualTo(ON_KAFKA);
    }

    private void awaitSends(int number) {
        await().atMost(SOON).until(() -> kafka.history().size() >= number);
    }

    private static Outcome ended(CompletableFuture<Outcome> outcome) {
        return outcome.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static SpoolEntry entry(String receiptId) {
        return new SpoolEntry(
                receiptId,
                List.of(new SpoolEntry.Header("source", "main".getBytes(StandardCharsets.UTF_8))),
                ("body of " + receiptId).getBytes(StandardCharsets.UTF_8));
    }

    /** The value of a line of the metrics. */
    private double sum(String line) {
        return meters.scrape()
                .lines()
                .filter(text -> text.startsWith(line))
                .mapToDouble(text -> Double.parseDouble(text.substring(text.lastIndexOf(' '))))
                .sum();
    }
}
