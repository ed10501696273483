package dev.mailtide.testkit.kafka;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** Kafka's published image in a container. It must be here already: a test never pulls. */
final class ContainerKafka {

    private static final String IMAGE = "apache/kafka:4.3.1";

    private ContainerKafka() {}

    /** Why the container cannot be started here, if so. */
    static Optional<String> missing() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("no Docker engine answers; containers/engine.sh says why, or starts one");
        }
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(IMAGE).exec();
            return Optional.empty();
        } catch (NotFoundException e) {
            return Optional.of("the image " + IMAGE + " is not here; containers/engine.sh pulls or makes it");
        } catch (DockerException e) {
            return Optional.of(
                    "the Docker engine refuses to look for " + IMAGE + " (status " + e.getHttpStatus() + ")");
        }
    }

    /** Starts it, to be stopped with the JVM, and returns where it is. */
    static String start() {
        KafkaContainer kafka = new KafkaContainer(IMAGE).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::stop, "stop-test-kafka"));
        kafka.start();
        return kafka.getBootstrapServers();
    }
}
