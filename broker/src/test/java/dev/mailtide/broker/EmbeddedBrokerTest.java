package dev.mailtide.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final TopicPartition LETTERS = new TopicPartition("letters", 0);

    @TempDir
    Path folder;

    @Test
    void goes_on_after_a_clean_stop() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.freePort())) {
            commitOneLetter(broker);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.freePort())) {
            assertThat(committedLetters(broker)).containsExactly("a");
        }
    }

    @Test
    void goes_on_with_what_a_kill_leaves() throws Exception {
        Path left = folder.resolve("left");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("running"), EmbeddedBroker.freePort())) {
            commitOneLetter(broker);
            // The files of a broker that is still registered: what stays when its process is gone at once.
            copy(folder.resolve("running"), left);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(left, EmbeddedBroker.freePort())) {
            assertThat(committedLetters(broker)).containsExactly("a");
        }
    }

    @Test
    void a_taken_port_is_said_before_anything_starts() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("one"), EmbeddedBroker.freePort())) {
            int taken = Integer.parseInt(broker.bootstrapServers().replaceAll(".*:", ""));
            assertThatThrownBy(() -> EmbeddedBroker.start(folder.resolve("two"), taken))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
            assertThat(folder.resolve("two")).doesNotExist();
        }
    }

    private static void commitOneLetter(EmbeddedBroker broker) throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "post");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(LETTERS.topic(), Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(LETTERS.topic(), "a")).get();
            producer.commitTransaction();
        }
    }

    private static List<String> committedLetters(EmbeddedBroker broker) {
        Map<String, Object> client =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(LETTERS));
            consumer.seekToBeginning(List.of(LETTERS));
            return Stream.generate(() -> consumer.poll(Duration.ofMillis(200)))
                    .limit(100)
                    .filter(records -> !records.isEmpty())
                    .findFirst()
                    .orElseThrow()
                    .records(LETTERS)
                    .stream()
                    .map(record -> record.value())
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
