package dev.mailtide.testkit.kafka;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door through which tests get a real Kafka. One embedded broker serves all tests of a JVM, since starting one takes
 * longer than most tests; each test takes a topic prefix of its own, so that none sees another's records.
 */
public final class TestKafka {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private TestKafka() {}

    /** How to reach the broker, which is started by the first call and stopped with the JVM. */
    public static KafkaAccess access() {
        return KafkaAccess.at(Shared.BROKER.bootstrapServers());
    }

    /** A topic prefix that no other test uses. */
    public static String freshPrefix() {
        return "t" + PREFIXES.incrementAndGet() + ".";
    }

    private static final class Shared {

        static final EmbeddedBroker BROKER = start();

        private static EmbeddedBroker start() {
            try {
                // Under the module's build folder, which is cleaned with it.
                Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka-");
                EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.freePort());
                Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-test-kafka"));
                return broker;
            } catch (IOException e) {
                throw new UncheckedIOException("no Kafka for tests", e);
            }
        }
    }
}
