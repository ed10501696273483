package dev.mailtide.processor;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.peers.PeerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The processor in a process of its own that ends without a word, as by {@code kill -9}, when it has come to a step for
 * the n-th time. Says on standard output on which port it listens.
 */
final class HaltingProcessor {

    static final String TOKEN = "mt_" + "a".repeat(43);
    static final Duration REMEMBER_FOR = Duration.ofDays(35);
    static final int OWN_TOPICS_MAX = 2;
    static final TopicSizes SIZES = TopicSizes.DEFAULT;

    private HaltingProcessor() {}

    /** Where the process can end. */
    enum Step {
        NOWHERE(1, "-"),
        BEFORE_TOPICS_ARE_CREATED(1, "-"),
        WHILE_TOPICS_ARE_CREATED(1, "-"),
        AFTER_A_LEDGER_PUT(200, "-ledger-facts-changelog"),
        BEFORE_AN_EVENT_IS_FORWARDED(200, ".events.v1"),
        BEFORE_A_DELTA_IS_FORWARDED(200, "-by-domain-repartition"),
        AFTER_A_TOTALS_PUT(100, "-domain-totals-changelog"),
        BEFORE_A_STATE_IS_PUBLISHED(3, ".domain-state.v1"),
        BEFORE_A_BUCKET_IS_PUBLISHED(100, ".domain-series.v1"),
        BEFORE_OFFSETS_ARE_SENT(6, "-"),
        BEFORE_A_COMMIT(6, "-"),
        IN_THE_MIDDLE_OF_A_COMMIT(6, "-"),
        AFTER_A_COMMIT(6, "-"),
        DURING_RESTORE(200, "-"),
        BEFORE_A_DOMAIN_TOPIC_IS_WRITTEN(60, ".example.v1");

        private final int timesMax;
        private final String topicEnd;

        Step(int timesMax, String topicEnd) {
            this.timesMax = timesMax;
            this.topicEnd = topicEnd;
        }

        /** How often it may be passed before it is the end. */
        int timesMax() {
            return timesMax;
        }

        static Optional<Step> beforeSendTo(String topic) {
            return Arrays.stream(values())
                    .filter(step -> topic.endsWith(step.topicEnd))
                    // Two steps can be of one topic; only one of them is looked for.
                    .filter(step -> step == at)
                    .findFirst();
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

    /** Arguments: brokers, topic prefix, data folder, instance, step, how often it is reached until the end. */
    public static void main(String[] arguments) throws InterruptedException {
        at = Step.valueOf(arguments[4]);
        LEFT.set(Integer.parseInt(arguments[5]));
        KafkaAccess kafka = new KafkaAccess(
                Map.of("bootstrap.servers", arguments[0], "default.client.supplier", HaltingClients.class.getName()));
        ProcessorService service = new ProcessorService(
                settings(Path.of(arguments[2]), arguments[3]),
                Parts.ALL,
                kafka,
                new Topics(arguments[1], SIZES),
                InstantSource.system(),
                HaltingProcessor::giveUp);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        System.out.println("port " + service.port());
        Thread.currentThread().join();
    }

    private static void giveUp(String why) {
        System.err.println("giving up: " + why);
        Runtime.getRuntime().halt(1);
    }

    static ProcessorSettings settings(Path folder, String instance) {
        return new ProcessorSettings(
                new HttpShell.Address("127.0.0.1", 0, "processor.port"),
                instance,
                folder,
                2,
                Duration.ofMillis(100),
                REMEMBER_FOR,
                OWN_TOPICS_MAX,
                new Secret(TOKEN),
                new Secret("00".repeat(32)),
                PeerSettings.ALONE);
    }
}
