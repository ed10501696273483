package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestService;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.testkit.kafka.SecureKafka;
import dev.mailtide.testkit.kafka.TestAuthority;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All roles on a broker with TLS, passwords or certificates, and access rules: those that {@link Grants} lists, and no more. */
class SecureKafkaTest {

    private static final String PASSWORD = "canary-password-17";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private SecureKafka kafka;
    private SecureInstallation installation;
    private Topics topics;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;
    private StringWriter printed = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        kafka = SecureKafka.start(folder);
        installation = new SecureInstallation(folder);
        topics = installation.topics();
        for (Grants.Role role : Grants.Role.values()) {
            Grants.of(role, topics).forEach(grant -> kafka.allow(grant.bindings("User:" + role)));
        }
    }

    @AfterEach
    void stop() {
        System.setErr(stderr);
        kafka.close();
    }

    @Test
    void with_passwords_each_role_does_its_work_with_what_the_table_allows_and_a_consumer_reads_its_own_domain_only()
            throws Exception {
        for (Grants.Role role : Grants.Role.values()) {
            kafka.addUser(role.toString(), PASSWORD);
        }
        everyRoleWorks(passwordInAFile("ingest"), passwordInAFile("processor"), passwordInAFile("fan-out"));

        aConsumerReadsItsOwnDomainOnly();
        assertThat(log()).doesNotContain(PASSWORD, SecureInstallation.WEBHOOK_SECRET);
    }

    @Test
    void with_certificates_each_role_does_its_work_with_what_the_table_allows() throws Exception {
        Map<String, String> ingest = kafka.withCertificate("ingest");
        everyRoleWorks(ingest, kafka.withCertificate("processor"), kafka.withCertificate("fan-out"));

        assertThat(log())
                .doesNotContain(ingest.getOrDefault("ssl.keystore.key", "").substring(40, 80));
    }

    private Map<String, String> passwordInAFile(String name) throws IOException {
        Map<String, String> settings = new TreeMap<>(kafka.withPassword(name, PASSWORD));
        Path file = Files.writeString(folder.resolve(name + ".login"), settings.remove("sasl.jaas.config"));
        settings.put("sasl.jaas.config-file", file.toString());
        return settings;
    }

    private void everyRoleWorks(Map<String, String> ingest, Map<String, String> processor, Map<String, String> fanOut)
            throws Exception {
        try (IngestService in = installation.ingest(ingest);
                ProcessorService out = installation.processor(processor, Parts.ALL)) {
            assertThat(SecureInstallation.post(in, "a.example")).isEqualTo(200);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(SecureInstallation.domain(out, "a.example"))
                            .contains("\"messages\":{\"total\":1,"));
            awaitOneRecord(topics.ofDomain(new SenderDomain("a.example")));
            awaitOneRecord(topics.domainState());
            assertThat(SecureInstallation.post(in, "b.example")).isEqualTo(200);
            awaitOneRecord(topics.ofDomain(new SenderDomain("b.example")));
        }
        assertThat(TopicReader.readAll(kafka.inside(), topics.raw().name())).hasSize(2);
        assertThat(log()).doesNotContain("AuthorizationException", "does not allow it");
        // It has begun as a part of the processor, and goes on alone with fewer rights.
        try (ProcessorService alone = installation.processor(fanOut, Parts.FAN_OUT)) {
            assertThat(alone.port()).isPositive();
            publishOneEventAgain("c.example/m-1");
            awaitOneRecord(topics.ofDomain(new SenderDomain("c.example")));
            assertThat(run("topics", "route", "c.example", "overflow")).isEqualTo(0);
        }
    }

    private void publishOneEventAgain(String key) throws Exception {
        Topic<String, byte[]> events = topics.events();
        byte[] event = TopicReader.readAll(kafka.inside(), events.name()).get(0).value();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.inside().with(Map.of()),
                events.keys().serializer(),
                events.values().serializer())) {
            producer.send(new ProducerRecord<>(events.name(), key, event)).get();
        }
    }

    private void awaitOneRecord(Topic<String, byte[]> topic) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(TopicReader.readAll(kafka.inside(), topic.name()))
                        .isNotEmpty());
    }

    private void aConsumerReadsItsOwnDomainOnly() throws Exception {
        kafka.addUser("reader", PASSWORD);
        SenderDomain a = new SenderDomain("a.example");
        Grants.ofConsumer(a, "a.example/", topics).forEach(grant -> kafka.allow(grant.bindings("User:reader")));
        String own = topics.ofDomain(a).name();

        assertThat(read("a.example/reports", own)).isEqualTo(1);
        for (String other : List.of(
                topics.ofDomain(new SenderDomain("b.example")).name(),
                topics.events().name(),
                topics.raw().name(),
                topics.deadLetters().name(),
                topics.domainOverflow().name())) {
            assertThatThrownBy(() -> read("a.example/reports", other))
                    .as(other)
                    .isInstanceOf(TopicAuthorizationException.class);
        }
        assertThatThrownBy(() -> read("b.example/reports", own)).isInstanceOf(GroupAuthorizationException.class);
        theExampleReads(own);
        assertThat(acl("--domain", "a.example", "--principal", "reader")).isEqualTo(0);
        assertThat(printed.toString()).isEqualTo("""
                kafka-acls.sh --bootstrap-server '%1$s' --add --allow-principal 'User:reader' --operation Read --operation Describe --topic 'email.domain.a.example.v1'
                kafka-acls.sh --bootstrap-server '%1$s' --add --allow-principal 'User:reader' --operation Read --group 'a.example/' --resource-pattern-type prefixed
                """.formatted(kafka.inside().bootstrapServers()));
        // Its topic is still there.
        assertThat(acl("--domain", "c.example", "--principal", "reader")).isEqualTo(1);
        assertThat(printed.toString()).startsWith("mailtide: c.example has no topic of its own: ");
        assertThat(acl("--domain", "d.example", "--principal", "reader")).isEqualTo(1);
        assertThat(printed.toString())
                .startsWith(
                        "mailtide: d.example has no topic of its own: nothing was heard of it yet, or its events stand in"
                                + " email.domain-overflow.v1 with those of other domains");
    }

    /** With no more than the rules that are printed, and the settings that its page names. */
    private void theExampleReads(String topic) throws Exception {
        Map<String, String> access = kafka.withPassword("reader", PASSWORD);
        StringBuilder settings = new StringBuilder("group.id=a.example/example\n");
        access.forEach((key, value) -> settings.append(key)
                .append('=')
                .append(value.replace("\n", "\\n"))
                .append('\n'));
        Path csv = folder.resolve("events.csv");
        Process example = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "../docs/consumers/ReadEvents.java",
                        access.getOrDefault("bootstrap.servers", ""),
                        topic,
                        csv.toString(),
                        Files.writeString(folder.resolve("reader.properties"), settings)
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("example.out").toFile())
                .start();
        try {
            await().atMost(PATIENCE)
                    .until(() -> !example.isAlive() || hasLine(csv, "dev.mailtide.email.delivered.v1,a.example"));
            assertThat(example.isAlive())
                    .as(Files.readString(folder.resolve("example.out")))
                    .isTrue();
        } finally {
            example.destroy();
            assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static boolean hasLine(Path file, String end) throws IOException {
        return Files.exists(file) && Files.readString(file).endsWith(end + "\n");
    }

    private int read(String group, String topic) {
        Map<String, Object> settings = new TreeMap<>(kafka.withPassword("reader", PASSWORD));
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                int records = consumer.poll(Duration.ofMillis(200)).count();
                if (records > 0) {
                    return records;
                }
            }
            return 0;
        }
    }

    private int acl(String... arguments) throws IOException {
        return run(Stream.concat(Stream.of("acl"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private int run(String... arguments) throws IOException {
        printed = new StringWriter();
        Path file = Files.writeString(
                folder.resolve("command.yaml"),
                "kafka.bootstrap.servers: " + kafka.inside().bootstrapServers() + "\n");
        PrintWriter writer = new PrintWriter(printed, true);
        return Main.commandLine()
                .setOut(writer)
                .setErr(writer)
                .execute(Stream.concat(Arrays.stream(arguments), Stream.of("--config", file.toString()))
                        .toArray(String[]::new));
    }

    @Test
    void whom_kafka_does_not_let_in_is_told_so_and_ingest_keeps_bodies_in_its_spool_meanwhile() throws Exception {
        kafka.addUser("ingest", PASSWORD);
        kafka.addUser("processor", PASSWORD);
        Map<String, String> wrongPassword = kafka.withPassword("processor", "canary-wrong-password");
        assertThatThrownBy(() -> installation.processor(wrongPassword, Parts.ALL))
                .isInstanceOf(ResourceException.class)
                .hasMessageMatching(
                        "Kafka at 127\\.0\\.0\\.1:\\d+ and this client do not accept each other \\(.*invalid credentials"
                                + ".*\\); check the user and the password in kafka\\.sasl\\.jaas\\.config, and kafka\\.sasl\\.mechanism");

        TestAuthority stranger = TestAuthority.make(folder.resolve("stranger.p12"));
        Map<String, String> wrongTrust = new TreeMap<>(kafka.withPassword("processor", PASSWORD));
        wrongTrust.put("ssl.truststore.certificates", stranger.certificate());
        assertThatThrownBy(() -> installation.processor(wrongTrust, Parts.ALL))
                .isInstanceOf(ResourceException.class)
                .hasMessageMatching("Kafka at .* and this client do not accept each other \\(.*\\);"
                        + " check whom kafka\\.ssl\\.truststore\\.… trusts, and what kafka\\.ssl\\.keystore\\.… shows");

        Map<String, String> wrongCertificate = kafka.withCertificate(stranger.certify("processor"));
        assertThatThrownBy(() -> installation.processor(wrongCertificate, Parts.ALL))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("check whom kafka.ssl.truststore.… trusts, and what kafka.ssl.keystore.… shows");

        try (IngestService in = installation.ingest(kafka.withPassword("ingest", "canary-wrong-password"))) {
            assertThat(SecureInstallation.post(in, "a.example")).isEqualTo(200);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(log())
                            .contains("do not accept each other")
                            .contains("bodies go to the spool meanwhile"));
        }
        try (IngestService in = installation.ingest(kafka.withPassword("ingest", PASSWORD))) {
            awaitOneRecord(topics.raw());
            assertThat(in.port()).isPositive();
        }
        assertThat(log()).doesNotContain("canary-", SecureInstallation.WEBHOOK_SECRET);
    }

    @Test
    void whom_the_table_does_not_allow_something_is_refused() throws Exception {
        kafka.addUser("fan-out", PASSWORD);
        assertThatThrownBy(() -> installation.processor(kafka.withPassword("fan-out", PASSWORD), Parts.ALL))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("mailtide-aggregate-1");
        KafkaAccess stranger = new KafkaAccess(kafka.withPassword("stranger", PASSWORD));
        kafka.addUser("stranger", PASSWORD);
        assertThatThrownBy(() -> stranger.createMissing(List.of(topics.raw())))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("allow its user what 'mailtide acl --role' lists");
    }

    private String log() {
        return log.toString(StandardCharsets.UTF_8);
    }
}
