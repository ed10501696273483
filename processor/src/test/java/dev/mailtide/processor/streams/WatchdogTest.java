package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is alive and hears nothing: a thread hangs in a call that never returns. */
@OnKafka
class WatchdogTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration STILL_MAX = Duration.ofSeconds(4);

    @TempDir
    Path folder;

    private final KafkaAccess kafka = TestKafka.access();
    private final String prefix = TestKafka.freshPrefix();
    private final String application = prefix + "deaf";
    private final String source = prefix + "source";
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean hangsWhileIdle = new AtomicBoolean();
    private final AtomicBoolean isWaiting = new AtomicBoolean();
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    @Test
    void an_application_that_hangs_while_records_wait_gives_up_and_one_that_has_read_everything_does_not()
            throws Exception {
        whileRunning((running, guard) -> {
            send("passes");
            Watchdog idle = watchdog(running, guard);
            await().during(STILL_MAX.multipliedBy(2)).atMost(SOON).until(reasons::isEmpty);
            idle.close();
            send("hangs");
            send("waits");
        });
        assertThat(reasons).hasSize(1);
        assertThat(reasons.get(0))
                .matches(application + ": nothing of " + source
                        + "-0 has been committed for [4-9] s, though records wait");
    }

    @Test
    void an_application_that_hangs_while_nothing_waits_gives_up() throws Exception {
        whileRunning((running, guard) -> hangsWhileIdle.set(true));
        assertThat(reasons).hasSize(1);
        assertThat(reasons.get(0)).matches(application + ": a thread has not asked for records for [4-9] s");
    }

    @Test
    void an_application_that_waits_for_something_that_passes_gives_up_for_a_thread_that_hangs_and_for_nothing_else()
            throws Exception {
        isWaiting.set(true);
        whileRunning((running, guard) -> {
            send("hangs");
            send("waits");
        });
        assertThat(reasons).hasSize(1);
        assertThat(reasons.get(0)).matches(application + ": a thread has not asked for records for [4-9] s");
    }

    /** Runs the application, has it hang, and ends when somebody has said why it gives up. */
    private void whileRunning(Hang hang) throws Exception {
        createSource();
        Map<String, Object> settings = settings();
        Topology topology = topology(settings);
        try (TopicGuard guard = guard(topology)) {
            guard.admit();
            try (RunningStreams running = new RunningStreams(application, topology, settings, guard, reasons::add)) {
                running.start();
                await().atMost(SOON).until(() -> running.streams().state() == KafkaStreams.State.RUNNING);
                hang.bringAbout(running, guard);
                hangs.await();
                Watchdog watchdog = watchdog(running, guard);
                await().atMost(SOON).until(() -> !reasons.isEmpty());
                watchdog.close();
                goOn.countDown();
            }
        }
    }

    private interface Hang {

        void bringAbout(RunningStreams running, TopicGuard guard) throws Exception;
    }

    private void createSource() throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.createTopics(List.of(new NewTopic(source, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private Map<String, Object> settings() {
        return new StreamsSettings(application, "test-1", folder, 1, Duration.ofMillis(100), (short) 1).over(kafka);
    }

    private TopicGuard guard(Topology topology) {
        return new TopicGuard(kafka, Guarded.of(application, source, Outputs.NONE, topology), (short) 1);
    }

    private Watchdog watchdog(RunningStreams running, TopicGuard guard) {
        return new Watchdog(
                running, guard, kafka, isWaiting::get, new Watchdog.Pace(STILL_MAX, Duration.ofMillis(500)));
    }

    private Topology topology(Map<String, Object> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        builder.stream(
                        source,
                        Consumed.with(Serdes.String(), Serdes.ByteArray())
                                .withOffsetResetPolicy(AutoOffsetReset.none())
                                .withName("source"))
                .process(Hanging::new, Named.as("hanging"));
        return builder.build();
    }

    private final class Hanging extends ContextualProcessor<String, byte[], String, byte[]> {

        @Override
        public void init(ProcessorContext<String, byte[]> context) {
            super.init(context);
            context.schedule(Duration.ofMillis(50), PunctuationType.WALL_CLOCK_TIME, now -> hangIfIdle());
        }

        private void hangIfIdle() {
            if (hangsWhileIdle.get()) {
                hangs.countDown();
                waitForEver();
            }
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (record.key().equals("hangs")) {
                hangs.countDown();
                waitForEver();
            }
        }

        private void waitForEver() {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void send(String key) throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(source, key, new byte[1])).get();
        }
    }
}
