package dev.mailtide.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaAccessTest {

    @Test
    void numbers_that_no_idempotent_producer_can_have_are_problems() {
        assertThat(problemsOf(Map.of(
                        "kafka.retries", "0",
                        "kafka.producer.max.in.flight.requests.per.connection", "6",
                        "kafka.buffer.memory", "1000000")))
                .containsExactlyInAnyOrder(
                        "kafka.retries: expected a number from 1 to 2147483647, since a promise rests on it, found '0'",
                        "kafka.producer.max.in.flight.requests.per.connection: expected a number from 1 to 5, since a promise rests on it, found '6'",
                        "kafka.buffer.memory: expected a number from 8388608 to 9223372036854775807, since a promise rests on it, found '1000000'");
        assertThatCode(() -> finish(Map.of("kafka.retries", "1", "kafka.max.in.flight.requests.per.connection", "5")))
                .doesNotThrowAnyException();
    }

    @Test
    void a_delivery_may_take_no_less_than_one_try_of_it() {
        assertThat(problemsOf(Map.of("kafka.delivery.timeout.ms", "5000")))
                .containsExactly("kafka.delivery.timeout.ms: expected at least 30100"
                        + " (kafka.request.timeout.ms and kafka.linger.ms), found '5000'");
        assertThatCode(() -> finish(Map.of(
                        "kafka.delivery.timeout.ms", "5000",
                        "kafka.request.timeout.ms", "4900",
                        "kafka.linger.ms", "100")))
                .doesNotThrowAnyException();
    }

    @Test
    void without_settings_kafka_is_on_the_port_of_mailtide_up() {
        KafkaAccess access = KafkaAccess.read(new SettingsReader(Map.of(), Map.of()));

        assertThat(access.settings()).isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:9092"));
        assertThat(access.bootstrapServers()).isEqualTo("127.0.0.1:9092");
    }

    @Test
    void what_stands_under_kafka_goes_to_the_clients_and_the_environment_wins() {
        SettingsReader reader = new SettingsReader(
                Map.of("kafka.bootstrap.servers", "file:9092", "kafka.security.protocol", "SSL", "other", "x"),
                Map.of(
                        "MAILTIDE_KAFKA_BOOTSTRAP_SERVERS",
                        "env:9092",
                        "MAILTIDE_KAFKA_LINGER_MS",
                        "5",
                        "KAFKA_X",
                        "y"));

        assertThat(KafkaAccess.read(reader).settings())
                .isEqualTo(Map.of("bootstrap.servers", "env:9092", "security.protocol", "SSL", "linger.ms", "5"));
    }

    @Test
    void what_a_promise_rests_on_may_be_said_but_not_changed() {
        Map<String, String> kept = Map.of(
                "kafka.acks", "all",
                "kafka.auto.offset.reset", "earliest",
                "kafka.enable.idempotence", "true",
                "kafka.isolation.level", "read_committed",
                "kafka.processing.guarantee", "exactly_once_v2",
                "kafka.group.protocol", "classic");
        Map<String, String> changed = Map.of(
                "kafka.acks", "1",
                "kafka.consumer.auto.offset.reset", "latest",
                "kafka.enable.idempotence", "false",
                "kafka.isolation.level", "read_uncommitted",
                "kafka.processing.guarantee", "at_least_once",
                "kafka.group.protocol", "streams");

        assertThatCode(() -> finish(kept)).doesNotThrowAnyException();
        assertThat(problemsOf(changed))
                .containsExactlyInAnyOrder(
                        promised("acks", "all", "1"),
                        promised("consumer.auto.offset.reset", "earliest", "latest"),
                        promised("enable.idempotence", "true", "false"),
                        promised("isolation.level", "read_committed", "read_uncommitted"),
                        promised("processing.guarantee", "exactly_once_v2", "at_least_once"),
                        promised("group.protocol", "classic", "streams"));
    }

    private static String promised(String key, String expected, String found) {
        return "kafka." + key + ": expected " + expected + ", since a promise rests on it, found '" + found
                + "'; leave it out";
    }

    @Test
    void what_mailtide_sets_itself_may_not_be_set() {
        assertThat(problemsOf(Map.of(
                        "kafka.application.id", "x",
                        "kafka.client.id", "x",
                        "kafka.group.id", "x",
                        "kafka.producer.partitioner.class", "x",
                        "kafka.state.dir", "x",
                        "kafka.transactional.id", "x",
                        "kafka.value.serializer", "x")))
                .containsExactly(
                        ours("application.id"),
                        ours("client.id"),
                        ours("group.id"),
                        ours("producer.partitioner.class"),
                        ours("state.dir"),
                        ours("transactional.id"),
                        ours("value.serializer"));
    }

    @Test
    void a_value_that_no_client_takes_is_a_problem_and_is_not_told() {
        assertThat(problemsOf(Map.of(
                        "kafka.linger.ms", "hunter2",
                        "kafka.producer.batch.size", "-2",
                        "kafka.security.protocol", "hunter2",
                        "kafka.of.another.version", "anything")))
                .containsExactly(
                        "kafka.linger.ms: expected a value of Kafka's type long, [0,...]",
                        "kafka.producer.batch.size: expected a value of Kafka's type int, [0,...]",
                        "kafka.security.protocol: expected a value of Kafka's type string, "
                                + "(case insensitive) [SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT]");
    }

    private static String ours(String key) {
        return "kafka." + key + ": this one is set by Mailtide itself; leave it out";
    }

    @Test
    void what_a_client_needs_for_its_work_wins_over_the_settings() {
        KafkaAccess access = new KafkaAccess(Map.of("bootstrap.servers", "a:1", "linger.ms", "5"));

        assertThat(access.with(Map.of("linger.ms", 0, "client.id", "ingest")))
                .isEqualTo(Map.of("bootstrap.servers", "a:1", "linger.ms", 0, "client.id", "ingest"));
    }

    @Test
    void a_password_is_not_printed_with_the_access() {
        KafkaAccess access = new KafkaAccess(Map.of(
                "bootstrap.servers", "a:1", "ssl.key.password", "hunter2", "sasl.jaas.config", "password=hunter2"));

        assertThat(access).hasToString("KafkaAccess[a:1]");
    }

    @Test
    void a_secret_of_kafka_may_stand_in_a_file_of_its_own(@TempDir Path folder) throws IOException {
        String login =
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"a\" password=\"b\";";
        Path secret = Files.writeString(folder.resolve("secret"), login + "\n");
        SettingsReader reader = new SettingsReader(
                Map.of("kafka.sasl.jaas.config-file", secret.toString(), "kafka.sasl.mechanism", "SCRAM-SHA-512"),
                Map.of(
                        "MAILTIDE_KAFKA_SSL_KEY_PASSWORD_FILE", secret.toString(),
                        "MAILTIDE_KAFKA_PRODUCER_SSL_KEYSTORE_KEY_FILE", secret.toString(),
                        "MAILTIDE_KAFKA_SASL_OAUTHBEARER_ASSERTION_FILE", "a-path"));

        assertThat(KafkaAccess.read(reader).settings())
                .isEqualTo(Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:9092",
                        "sasl.jaas.config",
                        login,
                        "sasl.mechanism",
                        "SCRAM-SHA-512",
                        "ssl.key.password",
                        login,
                        "producer.ssl.keystore.key",
                        login,
                        "sasl.oauthbearer.assertion.file",
                        "a-path"));
    }

    @Test
    void a_secret_of_kafka_that_is_given_twice_or_in_no_file_is_a_problem_and_is_not_told() {
        assertThat(problemsOf(Map.of(
                        "kafka.ssl.key.password", "hunter2",
                        "kafka.ssl.key.password-file", "/nowhere/a",
                        "kafka.sasl.jaas.config-file", "/nowhere/b")))
                .containsExactly(
                        "kafka.sasl.jaas.config-file: expected a file that can be read, found /nowhere/b (NoSuchFileException)",
                        "kafka.ssl.key.password and its file are both set; keep one of them");
    }

    @Test
    void a_login_that_no_client_can_read_is_a_problem_and_is_not_told() {
        assertThat(problemsOf(Map.of("kafka.sasl.jaas.config", "Module required user=a hunter2;")))
                .containsExactly(
                        "kafka.sasl.jaas.config: expected '<login module> required username=\"…\" password=\"…\";',"
                                + " found a text of 31 characters that is none");
        assertThat(problemsOf(Map.of("kafka.producer.sasl.jaas.config", "hunter2")))
                .singleElement()
                .asString()
                .startsWith("kafka.producer.sasl.jaas.config: expected ")
                .doesNotContain("hunter2");
    }

    private static List<String> problemsOf(Map<String, String> file) {
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> finish(file));
        return thrown.problems();
    }

    private static void finish(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        KafkaAccess.read(reader);
        reader.finish();
    }
}
