package dev.mailtide.testkit.kafka;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door through which tests get a real Kafka: the embedded broker, or with {@code -Dmailtide.test.kafka=testcontainers}
 * the published image in a container. One broker serves all tests of a JVM, since starting one takes longer than most
 * tests; each test takes a topic prefix of its own, so that none sees another's records. A test class on it carries
 * {@link OnKafka}.
 */
public final class TestKafka {

    private static final String CHOICE = "mailtide.test.kafka";

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private TestKafka() {}

    private enum Kind {
        EMBEDDED,
        TESTCONTAINERS;

        static Kind chosen() {
            String text = System.getProperty(CHOICE, "embedded");
            return switch (text) {
                case "embedded" -> EMBEDDED;
                case "testcontainers" -> TESTCONTAINERS;
                default ->
                    throw new IllegalStateException(
                            CHOICE + ": expected embedded or testcontainers, found '" + text + "'");
            };
        }
    }

    /** How to reach the broker, which is started by the first call and stopped with the JVM. */
    public static KafkaAccess access() {
        return KafkaAccess.at(Shared.BOOTSTRAP_SERVERS);
    }

    /** A topic prefix that no other test uses. */
    public static String freshPrefix() {
        return "t" + PREFIXES.incrementAndGet() + ".";
    }

    /** Why there is no such Kafka here, if so. The embedded one is always there. */
    static Optional<String> missing() {
        return Kind.chosen() == Kind.EMBEDDED ? Optional.empty() : ContainerKafka.missing();
    }

    private static final class Shared {

        static final String BOOTSTRAP_SERVERS = Kind.chosen() == Kind.EMBEDDED ? embedded() : ContainerKafka.start();

        private static String embedded() {
            try {
                // Under the module's build folder, which is cleaned with it.
                Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "kafka-");
                EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.freePort());
                Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-test-kafka"));
                return broker.bootstrapServers();
            } catch (IOException e) {
                throw new UncheckedIOException("no Kafka for tests", e);
            }
        }
    }
}
