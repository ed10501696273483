package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What consumer teams are told holds: the commands of {@code docs/consumers}, and {@code /asyncapi.yaml} with its schemas. */
class ConsumersIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String DOMAIN = "xxxxxxx.com";
    private static final TopicPartition OWN = new TopicPartition("email.domain." + DOMAIN + ".v1", 0);

    @TempDir
    private static Path folder;

    private static UpProcess up;
    private static KafkaAccess kafka;

    @BeforeAll
    static void start() throws Exception {
        up = new UpProcess(folder);
        kafka = KafkaAccess.at(up.up().get("kafka").textValue());
        for (String body : List.of(
                PauboxBodies.documentedSample(),
                PauboxBodies.documentedSample(),
                PauboxBodies.delivered("m-2", "care@" + DOMAIN, "sam@gmail.com", "2026-04-18T20:00:00.000Z"),
                PauboxBodies.delivered("m-3", "care@other.example", "kim@home.example", "2026-04-18T20:00:00.000Z"),
                "not json")) {
            assertThat(up.post(body)).isEqualTo(200);
        }
        await().atMost(SOON)
                .ignoreException(KafkaException.class)
                .until(() -> eventsOf(OWN.topic()) == 2
                        && TopicReader.readAll(kafka, "email.domain-state.v1").stream()
                                        .map(ConsumerRecord::key)
                                        .distinct()
                                        .count()
                                == 2
                        && !TopicReader.readAll(kafka, "email.source-status.v1").isEmpty());
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    private static long eventsOf(String topic) {
        return TopicReader.readAll(kafka, topic).size();
    }

    @Test
    void topics_and_records_are_as_the_document_says_that_anybody_may_read() throws Exception {
        AsyncApi document = new AsyncApi(open("/asyncapi.yaml", "application/yaml"));
        SortedMap<String, String> created = AsyncApiTest.created(kafka, "email.");
        SortedMap<String, String> expected = new TreeMap<>(document.topics("email.", DOMAIN));
        expected.putAll(document.topics("email.", "other.example"));
        assertThat(created).isEqualTo(expected);

        int records = 0;
        for (String topic : document.topics("email.", DOMAIN).keySet()) {
            for (ConsumerRecord<String, byte[]> record : TopicReader.readAll(kafka, topic)) {
                assertThat(document.problems(record, "email.", DOMAIN))
                        .as(topic)
                        .isEmpty();
                records++;
            }
        }
        // Five bodies, three events, two of them once more in their topic, a dead letter, two states, buckets, a
        // status.
        assertThat(records).isGreaterThan(15);
        for (String schema : document.schemasOutside()) {
            assertThat(open("/schemas/" + schema, "application/schema+json"))
                    .isEqualTo(Files.readString(ROOT.resolve("common/src/main/resources/schemas/" + schema)));
        }
        assertThat(get("/schemas/../asyncapi.yaml").statusCode()).isNotEqualTo(200);
        assertThat(get("/schemas/other.json").statusCode()).isEqualTo(401);
    }

    /** Without a token. */
    private static String open(String path, String contentType) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains(contentType);
        return answer.body();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(up.up().get("apiUrl").textValue() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_java_consumer_writes_each_event_once_and_commits_what_it_has_written() throws Exception {
        assertWritesEachEventOnce(command("ReadEvents.java"), "events-java.csv", "example-java");
    }

    @Test
    void the_javascript_consumer_writes_each_event_once_and_commits_what_it_has_written() throws Exception {
        assumeTrue(isThere("node") && isThere("npm"), "skipped: Node.js and npm are not on this machine");
        Process install = run(command("npm "));
        assertThat(install.waitFor(5, TimeUnit.MINUTES) && install.exitValue() == 0)
                .as(() -> "npm gets the packages of the example: " + errors())
                .isTrue();
        assertWritesEachEventOnce(command("read-events.mjs"), "events-js.csv", "example-js");
    }

    private static void assertWritesEachEventOnce(String command, String fileName, String group) throws Exception {
        Path file = folder.resolve(fileName);
        assertReadsToTheEnd(command, group);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines)
                .hasSize(2)
                .contains("15d374e9617ed9391a553bc712aed92d,2022-04-18T20:27:25.379Z,dev.mailtide.email.bounced.v1,"
                        + DOMAIN)
                .anyMatch(line -> line.endsWith(",2026-04-18T20:00:00.000Z,dev.mailtide.email.delivered.v1," + DOMAIN));

        // As after a crash between work and commit, in the middle of a line: all of it comes again.
        Files.writeString(file, Files.readString(file) + "15d374e9617ed9391a553bc7");
        try (Admin admin = kafka.openAdmin()) {
            await().atMost(SOON).ignoreExceptions().until(() -> {
                admin.alterConsumerGroupOffsets(group, Map.of(OWN, new OffsetAndMetadata(0)))
                        .all()
                        .get();
                return true;
            });
        }
        assertReadsToTheEnd(command, group);
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
    }

    /** Runs it until its group has committed the last event of the topic, and ends it as Ctrl-C does. */
    private static void assertReadsToTheEnd(String command, String group) throws Exception {
        Process consumer = run(command);
        try (Admin admin = kafka.openAdmin()) {
            // Behind the last event a transaction's mark may stand, for which nobody has to commit.
            long last = TopicReader.readAll(kafka, OWN.topic()).stream()
                    .mapToLong(ConsumerRecord::offset)
                    .max()
                    .orElseThrow();
            await().atMost(SOON).until(() -> !consumer.isAlive() || committed(admin, group) > last);
            assertThat(consumer.isAlive()).as(errors()).isTrue();
        } finally {
            consumer.destroy();
            assertThat(consumer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static long committed(Admin admin, String group) throws Exception {
        OffsetAndMetadata offset = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(OWN);
        return offset == null ? -1 : offset.offset();
    }

    @Test
    void the_table_of_domains_is_what_the_api_answers() throws Exception {
        assertTableIsAsAnswered("DomainTable.java", "domains.csv", 1);
    }

    @Test
    void kcat_and_jq_give_the_same_table() throws Exception {
        assumeTrue(isThere("kcat") && isThere("jq"), "skipped: kcat and jq are not on this machine");
        assertTableIsAsAnswered("kcat ", "domains-kcat.csv", 0);
    }

    private static void assertTableIsAsAnswered(String program, String fileName, int headLines) throws Exception {
        Process table = run(command(program));
        assertThat(table.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(table.exitValue()).as(errors()).isEqualTo(0);
        ObjectNode answer = (ObjectNode) up.json("/v1/domains/" + DOMAIN);
        List<String> rows = Files.readAllLines(folder.resolve(fileName)).stream()
                .skip(headLines)
                .map(row -> row.replace("\"", ""))
                .toList();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(1)).startsWith(DOMAIN + ",").contains("," + answer.at("/messages/total") + ",1,");
        assertThat(rows.get(1).split(","))
                .endsWith(answer.at("/rates/delivery/value").asText());
    }

    /** The one command line of the document that names this program. */
    private static String command(String program) throws IOException {
        String document = Files.readString(ROOT.resolve("docs/consumers/README.md"));
        Matcher line = Pattern.compile("(?m)^((?:java|kcat|node|npm) .*)$").matcher(document);
        List<String> commands = line.results()
                .map(found -> found.group(1))
                .filter(text -> text.contains(program))
                .toList();
        assertThat(commands).as(program).hasSize(1);
        return commands.get(0);
    }

    /** As it stands in the document, but for where things are here: broker, jar, Java, and the file that it writes. */
    private static Process run(String command) throws IOException {
        String here = command.replace("127.0.0.1:9092", up.up().get("kafka").textValue())
                .replace(
                        "app/target/mailtide.jar",
                        Path.of(System.getProperty("mailtide.jar", "target/mailtide.jar"))
                                .toAbsolutePath()
                                .toString())
                .replaceAll("^java ", Matcher.quoteReplacement(System.getProperty("java.home") + "/bin/java -Xmx256m "))
                .replaceAll("([a-z-]+\\.csv)$", Matcher.quoteReplacement(folder.toString()) + "/$1");
        String exec = here.contains(" | ") ? "set -o pipefail; " : "exec ";
        ProcessBuilder process = new ProcessBuilder("bash", "-c", exec + here)
                .directory(ROOT.toFile())
                .redirectOutput(folder.resolve("consumer.out").toFile())
                .redirectError(folder.resolve("consumer.err").toFile());
        return process.start();
    }

    private static String errors() {
        try {
            return Files.readString(folder.resolve("consumer.err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
