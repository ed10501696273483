package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fault.BrokerChild;
import dev.mailtide.testkit.fault.Clients;
import dev.mailtide.testkit.fault.Sender;
import dev.mailtide.testkit.kafka.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Ingest under load before a broker in a process of its own, which hangs or is killed. */
class BrokerFaultsTest {

    private static final Duration ACK_WAIT = Duration.ofMillis(250);

    /** What a machine with much else to do may add. */
    private static final Duration BUSY_MACHINE = Duration.ofSeconds(1);

    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Started before all tests.
    private static BrokerChild broker;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);

    @SuppressWarnings("NullAway.Init") // Made before each test.
    private Sender sender;

    @TempDir
    Path spool;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = new BrokerChild(folder.resolve("kafka"), EmbeddedBroker.freePort());
    }

    @AfterAll
    static void killBroker() {
        broker.close();
    }

    @Test
    void while_the_broker_hangs_every_post_is_answered_in_time_and_no_http_thread_waits_for_it() throws Exception {
        hangs(Duration.ofSeconds(1));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "mailtide.test.slow-faults",
            matches = "true",
            disabledReason = "takes long: -Dmailtide.test.slow-faults=true")
    void what_the_broker_takes_after_the_producer_gave_it_up_is_kept_at_least_once() throws Exception {
        hangs(DELIVERY_TIMEOUT.multipliedBy(2));
    }

    private void hangs(Duration atLeast) throws Exception {
        try (IngestService ingest = ingest()) {
            sender = IngestSetup.senderTo(ingest);
            AtomicInteger ourThreadsSending = new AtomicInteger();
            try (Clients clients = new Clients(sender, CLIENTS)) {
                clients.awaitStored("kafka", 100);
                broker.hang();
                long since = System.nanoTime();
                await().atMost(SOON)
                        .failFast("an http thread sends", () -> threadsSending(name -> name.startsWith("http-")) > 0)
                        .until(() -> {
                            ourThreadsSending.addAndGet(threadsSending(name -> name.startsWith("ingest-")));
                            return System.nanoTime() - since > atLeast.toNanos() && sender.stored("spool") >= 100;
                        });
            } finally {
                broker.goOn();
            }
            assertThat(sender.statuses()).containsOnlyKeys(200);
            assertThat(sender.unanswered()).isZero();
            assertThat(sender.slowest()).isLessThan(ACK_WAIT.plus(BUSY_MACHINE));
            assertThat(ourThreadsSending).as("send() did block").hasPositiveValue();
            sender.awaitHealed();
            sender.assertAllKept(broker.access(), topics.raw().name());
        }
    }

    @Test
    void a_broker_killed_under_load_and_started_again_has_everything() throws Exception {
        try (IngestService ingest = ingest()) {
            sender = IngestSetup.senderTo(ingest);
            try (Clients clients = new Clients(sender, CLIENTS)) {
                clients.awaitStored("kafka", 100);
                broker.kill();
                clients.awaitStored("spool", 100);
                broker.startAgain();
                await().atMost(SOON).until(() -> sender.metric("mailtide_spool_drained_total") > 0);
            }
            assertThat(sender.statuses()).containsOnlyKeys(200);
            assertThat(sender.unanswered()).isZero();
            sender.awaitHealed();
            sender.assertAllKept(broker.access(), topics.raw().name());
        }
    }

    /** With a short patience for deliveries, and so little memory for them that sends block when Kafka does not answer. */
    private IngestService ingest() throws IOException {
        KafkaAccess kafka = new KafkaAccess(Map.of(
                "bootstrap.servers",
                broker.access().bootstrapServers(),
                "delivery.timeout.ms",
                Long.toString(DELIVERY_TIMEOUT.toMillis()),
                "request.timeout.ms",
                "1500",
                "batch.size",
                "4096",
                "buffer.memory",
                "16384"));
        return new IngestSetup(kafka, topics, spool.resolve("spool"), ACK_WAIT, InstantSource.system()).start();
    }

    private static int threadsSending(Predicate<String> name) {
        return (int) Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> name.test(thread.getKey().getName()))
                .filter(thread -> Arrays.stream(thread.getValue()).anyMatch(BrokerFaultsTest::isSend))
                .count();
    }

    private static boolean isSend(StackTraceElement frame) {
        return frame.getClassName().equals(KafkaProducer.class.getName())
                && frame.getMethodName().equals("send");
    }
}
