package dev.mailtide.ingest;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.access.Source;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Ingest in a process of its own that ends without a word, as by {@code kill -9}, when it has come to a step for the n-th
 * time. Says on standard output on which port it listens.
 */
final class HaltingIngest {

    /** What a test posts with. */
    static final String SECRET = "canary-secret-0123456789";

    private HaltingIngest() {}

    private static AccessSettings access() {
        return AccessSettings.of(List.of(Source.of("main", Provider.PAUBOX, new Secret(SECRET), 1_000_000)));
    }

    /** Where the process can end. */
    enum Step {
        NOWHERE,
        BEFORE_WRITE,
        IN_THE_MIDDLE_OF_A_WRITE,
        BEFORE_FORCE,
        AFTER_FORCE,
        BEFORE_SEND,
        AFTER_ACK,
        BEFORE_A_SEGMENT_IS_GIVEN_UP;

        boolean isOfTheSpool() {
            return this != NOWHERE && this != BEFORE_SEND && this != AFTER_ACK;
        }

        /** How often it may be passed before it is the end; there are few segments. */
        int timesMax() {
            return this == BEFORE_A_SEGMENT_IS_GIVEN_UP ? 3 : 60;
        }
    }

    private static Step at = Step.NOWHERE;
    private static final AtomicInteger LEFT = new AtomicInteger();

    /** Ends the process if this is the step and the time. */
    static void reached(Step step) {
        if (isDue(step)) {
            end();
        }
    }

    static boolean isDue(Step step) {
        return step == at && LEFT.decrementAndGet() == 0;
    }

    static void end() {
        Runtime.getRuntime().halt(137);
    }

    /** Arguments: brokers, topic prefix, spool folder, ack-wait in ms, step, how often it is reached until the end. */
    public static void main(String[] arguments) throws InterruptedException {
        at = Step.valueOf(arguments[4]);
        LEFT.set(Integer.parseInt(arguments[5]));
        SpoolSettings spool = new SpoolSettings(
                Path.of(arguments[2]), 100_000_000, 0, 65_536, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT);
        HttpShell.Listener listener = new HttpShell.Listener(
                new HttpShell.Address("127.0.0.1", 0, "ingest.port"), HttpLimits.DEFAULT, Optional.empty(), 1_000_000);
        Ways ways = new Ways(
                new QueueLimits(1_000, 10_000_000),
                Duration.ofMillis(Long.parseLong(arguments[3])),
                Duration.ofSeconds(30),
                spool);
        IngestSettings settings =
                new IngestSettings(listener, BodyLimits.DEFAULT, ways, Duration.ZERO, access(), "ingest-1");
        KafkaAccess kafka = new KafkaAccess(
                Map.of("bootstrap.servers", arguments[0], "interceptor.classes", Interceptor.class.getName()));
        IngestService service = new IngestService(
                settings,
                HaltingIngest::access,
                kafka,
                new Topics(arguments[1], TopicSizes.DEFAULT),
                InstantSource.system(),
                new HaltingIo());
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        System.out.println("port " + service.port());
        Thread.currentThread().join();
    }

    /** The steps on the way to Kafka. Made by the producer. */
    public static final class Interceptor implements ProducerInterceptor<String, byte[]> {

        @Override
        public ProducerRecord<String, byte[]> onSend(ProducerRecord<String, byte[]> sent) {
            reached(Step.BEFORE_SEND);
            return sent;
        }

        @Override
        public void onAcknowledgement(@Nullable RecordMetadata written, @Nullable Exception failure) {
            if (failure == null) {
                reached(Step.AFTER_ACK);
            }
        }

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> settings) {}
    }
}
