package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fault.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar measures itself, briefly. */
class BenchIT {

    private static final Duration END_MAX = Duration.ofMinutes(2);

    private static final String SMALL_JVM = "-Xmx256m";

    @TempDir
    Path folder;

    @Test
    void a_small_run_ends_with_one_line_of_json_whose_counts_are_those_of_the_topic() throws Exception {
        JsonNode json = result(
                ingest("--connections", "8", "--seconds", "1", "--rounds", "1", "--warm-up", "0", "--rate", "0"));
        assertThat(json.at("/counts/rawRecords").longValue())
                .isEqualTo(json.at("/counts/answered").longValue())
                .isPositive();
        JsonNode closed = json.at("/runs/0");
        assertThat(closed.get("path").textValue()).isEqualTo("kafka");
        assertThat(closed.get("connections").intValue()).isEqualTo(8);
        assertThat(closed.get("ratio").doubleValue()).isPositive();
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void every_event_of_the_backlogs_is_published_and_counted_once() throws Exception {
        JsonNode json = result(
                bench("processor", "--processor-jvm", SMALL_JVM, "--events", "200", "--rounds", "1", "--domains", "3"));
        // One backlog of each kind to warm up, and one that counts.
        assertThat(json.at("/counts/distinctEvents").longValue()).isEqualTo(800);
        assertThat(json.at("/counts/eventsInStates").longValue()).isEqualTo(800);
        assertThat(json.at("/runs/0/name").textValue()).isEqualTo("uniform");
        assertThat(json.at("/runs/1/name").textValue()).isEqualTo("hot-domain");
        assertThat(json.at("/runs/1/ratio").doubleValue()).isPositive();
        // Each event stands in the raw topic, in that of events and in one of a domain, at least.
        assertThat(json.at("/runs/1/brokerBytesPerRawByte").doubleValue()).isGreaterThan(2);
        assertThat(json.at("/runs/1/brokerCpuMicrosPerUnit").doubleValue()).isPositive();
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void events_are_seen_in_the_api_while_others_are_posted() throws Exception {
        JsonNode json =
                result(bench("end-to-end", "--up-jvm", SMALL_JVM, "--rates", "50", "--seconds", "2", "--warm-up", "0"));
        assertThat(json.at("/counts/distinctEvents").longValue())
                .isEqualTo(json.at("/counts/answered").longValue())
                .isPositive();
        assertThat(json.at("/runs/0/name").textValue()).isEqualTo("rate-50");
        assertThat(json.at("/runs/0/p99Millis").doubleValue())
                .isGreaterThanOrEqualTo(json.at("/runs/0/p50Millis").doubleValue())
                .isPositive();
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void domains_and_series_are_asked_for_while_events_come_in() throws Exception {
        JsonNode json = result(bench(
                "answers",
                "--up-jvm",
                SMALL_JVM,
                "--rate",
                "50",
                "--seconds",
                "2",
                "--warm-up",
                "0",
                "--domains",
                "5",
                "--histories",
                "2",
                "--events",
                "0"));
        assertThat(json.at("/counts/distinctEvents").longValue())
                .isEqualTo(json.at("/counts/answered").longValue())
                .isGreaterThan(2 * 2_158);
        for (int run = 0; run < 3; run++) {
            JsonNode asked = json.at("/runs/" + run);
            assertThat(asked.get("name").textValue())
                    .isEqualTo(List.of("livez", "domain", "series").get(run));
            assertThat(asked.get("value").doubleValue()).isEqualTo(10);
            assertThat(asked.get("p99Millis").doubleValue()).isPositive();
            assertThat(asked.get("refused").longValue()).isZero();
        }
        // One an hour for 90 days, less the two hours that may go meanwhile.
        assertThat(json.at("/runs/2/buckets").intValue()).isEqualTo(2_158);
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void a_restored_processor_knows_every_message_again() throws Exception {
        JsonNode json = result(bench("restore", "--processor-jvm", SMALL_JVM, "--messages", "200"));
        assertThat(json.at("/runs/0/name").textValue()).isEqualTo("ledger");
        // All of them were sent again after the restore.
        assertThat(json.at("/counts/distinctEvents").longValue()).isEqualTo(200);
        assertThat(json.at("/counts/eventsInStates").longValue()).isEqualTo(200);
        assertThat(whatIsLeft()).isEmpty();
    }

    @Test
    void a_run_that_is_broken_off_leaves_no_process_and_no_file() throws Exception {
        Process bench = ingest("--seconds", "60");
        await().atMost(END_MAX).until(() -> Files.readString(errors()).contains("warming up"));
        List<ProcessHandle> children = bench.descendants().toList();
        assertThat(children).hasSize(3);
        bench.destroy();
        assertThat(bench.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (ProcessHandle child : children) {
            child.onExit().get(END_MAX.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(whatIsLeft()).isEmpty();
    }

    private List<String> whatIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            return left.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("mailtide-bench"))
                    .toList();
        }
    }

    private JsonNode result(Process bench) throws Exception {
        String out = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(bench.exitValue()).as(out + Files.readString(errors())).isZero();
        List<String> lines = out.lines().toList();
        JsonNode json = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(json.get("verified").booleanValue()).isTrue();
        return json;
    }

    private Process ingest(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--ingest-jvm", SMALL_JVM));
        all.addAll(List.of(options));
        return bench("ingest", all.toArray(String[]::new));
    }

    private Process bench(String role, String... options) throws IOException {
        List<String> command = new ArrayList<>(JavaCommand.with("-Xmx256m")
                .jar(
                        System.getProperty("mailtide.jar", "target/mailtide.jar"),
                        "bench",
                        role,
                        "--folder",
                        folder.toString()));
        command.addAll(List.of(options));
        ProcessBuilder process = new ProcessBuilder(command).redirectError(errors().toFile());
        // The children's too: none of them lives long enough for more.
        process.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        return process.start();
    }

    private Path errors() {
        return folder.resolve("errors");
    }
}
