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

    @TempDir
    Path folder;

    @Test
    void a_small_run_ends_with_one_line_of_json_whose_counts_are_those_of_the_topic() throws Exception {
        Process bench = bench("--connections", "8", "--seconds", "1", "--rounds", "1", "--warm-up", "0", "--rate", "0");
        String out = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(bench.exitValue()).as(Files.readString(errors())).isZero();
        List<String> lines = out.lines().toList();
        JsonNode json = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(json.get("verified").booleanValue()).isTrue();
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
    void a_run_that_is_broken_off_leaves_no_process_and_no_file() throws Exception {
        Process bench = bench("--seconds", "60");
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

    private Process bench(String... options) throws IOException {
        List<String> command = new ArrayList<>(JavaCommand.with("-Xmx256m")
                .jar(
                        System.getProperty("mailtide.jar", "target/mailtide.jar"),
                        "bench",
                        "ingest",
                        "--folder",
                        folder.toString(),
                        "--ingest-jvm",
                        "-Xmx256m -XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectError(errors().toFile()).start();
    }

    private Path errors() {
        return folder.resolve("errors");
    }
}
