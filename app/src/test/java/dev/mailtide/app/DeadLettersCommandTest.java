package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.deadletter.DeadLetterHeaders;
import dev.mailtide.processor.deadletter.DeadLetterHeaders.Why;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.normalise.DeadReason;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code mailtide dead-letters} against a real broker. Each test has topics of its own. */
@OnKafka
class DeadLettersCommandTest {

    private static final KafkaAccess KAFKA = TestKafka.access();
    private static final byte[] BODY = {'c', 'a', 'n', 'a', 'r', 'y', 0, (byte) 0xFF};

    @TempDir
    Path folder;

    private final String prefix = TestKafka.freshPrefix();
    private final Topics topics = new Topics(prefix, new TopicSizes(1, 1, 1, 1, (short) 1));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterAll
    static void close() {
        Shared.PRODUCER.close();
    }

    @Test
    void letters_are_listed_newest_first_and_without_content() throws Exception {
        createTopics();
        write("r-1", "main", DeadReason.NOT_JSON);
        write("r-2", "main", DeadReason.EMPTY);
        write("r-3", "other", DeadReason.EMPTY);
        assertThat(run("list")).isEqualTo(0);
        assertThat(out.toString().replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME"))
                .isEqualTo("""
                        0:2  TIME  empty  other  8 bytes  r-3  raw 2:7
                        0:1  TIME  empty  main  8 bytes  r-2  raw 2:7
                        0:0  TIME  not-json  main  8 bytes  r-1  raw 2:7
                        """);
        assertThat(err.toString())
                .isEqualTo(
                        "3 dead letters\nNext: mailtide dead-letters show POSITION; when the cause is mended, mailtide"
                                + " dead-letters replay POSITION..., or replay with the same options\n");
    }

    @Test
    void options_say_which_letters_are_meant() throws Exception {
        createTopics();
        write("r-1", "main", DeadReason.NOT_JSON);
        write("r-2", "main", DeadReason.EMPTY);
        write("r-3", "other", DeadReason.EMPTY);
        assertThat(run("list", "--reason", "empty", "--source", "main")).isEqualTo(0);
        assertThat(out.toString()).startsWith("0:1  ").hasLineCount(1);
        assertThat(run("list", "--limit", "1")).isEqualTo(0);
        assertThat(err.toString()).contains("1 dead letters, and there may be more; see --limit\n");
        assertThat(run("list", "--to", "2020-01-01T00:00:00Z")).isEqualTo(0);
        assertThat(err.toString()).endsWith("0 dead letters\nNext: nothing\n");
    }

    @Test
    void show_prints_what_is_known_and_the_body_only_when_asked() throws Exception {
        createTopics();
        Position at = write("r-1", "main", DeadReason.NOT_JSON);
        assertThat(run("show", at.toString())).isEqualTo(0);
        String sheet = out.toString();
        assertThat(sheet.replaceAll("(appended at +).*", "$1TIME"))
                .isEqualTo("""
                        position      0:0
                        receipt id    r-1
                        reason        not-json (unreadable)
                        exception     -
                        source        main
                        provider      paubox
                        received at   2026-04-18T20:27:26.001Z
                        appended at   TIME
                        replayed at   -
                        body          8 bytes
                        raw record    %s 2:7
                        """.formatted(topics.raw().name()));
        PrintStream stdout = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(run("show", "--body", at.toString())).isEqualTo(0);
        } finally {
            System.setOut(stdout);
        }
        assertThat(bytes.toByteArray()).isEqualTo(BODY);
        assertThat(out.toString()).isEqualTo(sheet);
        assertThat(err.toString())
                .isEqualTo(sheet + "The body may hold protected health information; it goes to stdout.\n");
    }

    @Test
    void a_letter_that_is_not_there_ends_with_1() throws Exception {
        createTopics();
        assertThat(run("show", "0:17")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("mailtide: there is no dead letter at 0:17; ")
                .hasLineCount(1);
        assertThat(run("replay", "0:17")).isEqualTo(1);
        assertThat(out.toString()).isEqualTo("""
                        Sent 0 bodies again; the raw topic has them.
                        1 letters are not there, or their bodies are not there any more: [0:17]
                        Next: nothing; mailtide dead-letters list shows what there is
                        """);
    }

    @Test
    void a_replay_by_filter_sends_each_letter_once_and_leaves_out_what_came_back() throws Exception {
        createTopics();
        List<String> receipts = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            receipts.add("r-" + i);
        }
        receipts.forEach(receipt -> write(receipt, "main", DeadReason.EMPTY));
        write("r-0", "main", DeadReason.EMPTY, "2026-04-18T20:27:26.001Z");
        write("r-x", "main", DeadReason.NOT_JSON);
        assertThat(run("replay", "--reason", "empty")).isEqualTo(0);
        assertThat(out.toString()).isEqualTo("""
                        Sent 1200 bodies again; the raw topic has them.
                        Next: mailtide dead-letters list, in a few seconds; what failed again stands at its top as replayed
                        """);
        assertThat(TopicReader.readAll(KAFKA, topics.raw().name()))
                .extracting(ConsumerRecord::key)
                .containsExactlyInAnyOrderElementsOf(receipts);
        assertThat(run("replay", "--again", "--limit", "2", "--all")).isEqualTo(0);
        assertThat(TopicReader.readAll(KAFKA, topics.raw().name())).hasSize(1_202);
    }

    @Test
    void what_is_not_as_expected_ends_with_2_and_says_what_is() throws IOException {
        assertThat(run("replay")).isEqualTo(2);
        assertThat(run("replay", "--all", "0:1")).isEqualTo(2);
        assertThat(run("replay", "--all", "--limit", "0")).isEqualTo(2);
        assertThat(run("list", "--limit", "1000001")).isEqualTo(2);
        assertThat(run("list", "--reason", "unheard-of")).isEqualTo(2);
        assertThat(run("list", "--from", "yesterday")).isEqualTo(2);
        assertThat(run("show", "17")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .contains("Which letters? Give positions, or --all, or --reason, --source, --from, --to, and not both")
                .contains("expected one of empty, not-json, ")
                .contains("expected a time as in RFC 3339, for example 2026-04-18T20:27:26Z")
                .contains("expected PARTITION:OFFSET, for example 3:1042");
    }

    @Test
    void without_kafka_or_its_topics_it_ends_with_3_in_one_line() throws IOException {
        assertThat(run("list")).isEqualTo(3);
        assertThat(run("replay", "--all")).isEqualTo(3);
        assertThat(err.toString())
                .startsWith(
                        "mailtide: there is no topic " + topics.deadLetters().name())
                .contains("mailtide: there is no topic " + topics.raw().name())
                .hasLineCount(2);
        Path nowhere = folder.resolve("nowhere.yaml");
        Files.writeString(nowhere, "kafka.bootstrap.servers: 127.0.0.1:1\n");
        assertThat(Main.commandLine()
                        .setErr(new PrintWriter(err, true))
                        .execute("dead-letters", "list", "--config", nowhere.toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains("from Kafka at 127.0.0.1:1 (TimeoutException); is it running?");
    }

    @Test
    void every_command_has_help() throws IOException {
        for (String command : List.of("list", "show", "replay")) {
            assertThat(run(command, "--help")).isEqualTo(0);
        }
        assertThat(out.toString())
                .contains("Usage: mailtide dead-letters list", "protected health", "information", "Exit codes:");
    }

    private void createTopics() {
        KAFKA.createMissing(List.of(topics.raw(), topics.deadLetters()));
    }

    private Position write(String receipt, String source, DeadReason reason) {
        return write(receipt, source, reason, "");
    }

    private Position write(String receipt, String source, DeadReason reason, String replayed) {
        Headers raw = new RecordHeaders();
        RawHeaders.add(raw, RawHeaders.SOURCE, source);
        RawHeaders.add(raw, RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(raw, RawHeaders.RECEIVED_AT, "1776544046001");
        if (!replayed.isEmpty()) {
            RawHeaders.add(raw, DeadLetterHeaders.REPLAYED, replayed);
        }
        Headers headers = DeadLetterHeaders.of(raw, Why.of(reason), topics.raw().name(), new Position(2, 7));
        try {
            RecordMetadata written = Shared.PRODUCER
                    .send(new ProducerRecord<>(topics.deadLetters().name(), null, receipt, BODY, headers))
                    .get();
            return new Position(written.partition(), written.offset());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static final class Shared {
        static final KafkaProducer<String, byte[]> PRODUCER =
                new KafkaProducer<>(KAFKA.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    private int run(String... arguments) throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(
                file, "kafka.bootstrap.servers: " + KAFKA.bootstrapServers() + "\ntopics.prefix: " + prefix + "\n");
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        Stream<String> configured = arguments.length == 0 || List.of(arguments).contains("--help")
                ? Stream.of(arguments)
                : Stream.concat(Stream.of(arguments), Stream.of("--config", file.toString()));
        return commandLine.execute(
                Stream.concat(Stream.of("dead-letters"), configured).toArray(String[]::new));
    }
}
