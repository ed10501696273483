package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Slice SLOW = new Slice(10_000, 1, 3, 9, 30, 11_000, 0, 0);
    private static final Slice MIDDLE = new Slice(18_000, 1, 2, 8, 25.126, 19_000, 0, 0);
    private static final Slice FAST = new Slice(40_000, 2, 1, 7, 20, 41_000, 0, 0);

    @Test
    void a_run_says_what_was_reached_of_which_limit_and_at_what_cost() {
        Run run = Run.of("ingest", "requests/s", List.of(FAST, SLOW, MIDDLE))
                .connections(64)
                .path("kafka")
                .against(20_000)
                .heap(OptionalLong.of(134_217_728));
        assertThat(run.toJson())
                .hasToString(
                        "{\"name\":\"ingest\",\"unit\":\"requests/s\",\"value\":18000.0,\"limit\":20000.0,\"ratio\":0.9,"
                                + "\"connections\":64,\"path\":\"kafka\",\"p50Millis\":2.0,\"p99Millis\":8.0,"
                                + "\"cpuMicrosPerUnit\":25.13,\"heapMaxBytes\":134217728,\"refused\":0,\"unanswered\":0}");
    }

    @Test
    void what_was_not_measured_is_left_out_and_never_zero() {
        Slice refused = new Slice(0, 1, 0, 0, 0, 0, 7, 1);
        assertThat(Run.of("ingest", "requests/s", List.of(refused))
                        .path("spool")
                        .toJson())
                .hasToString(
                        "{\"name\":\"ingest\",\"unit\":\"requests/s\",\"value\":0.0,\"path\":\"spool\",\"refused\":7,"
                                + "\"unanswered\":1}");
    }

    @Test
    void the_report_is_one_line_that_begins_with_its_verdict() {
        Run run = Run.of("ingest", "requests/s", List.of(SLOW));
        Run shell = Run.of("shell-only", "requests/s", List.of(FAST));
        Report report = new Report(plan(), List.of(run), List.of(shell), new Verdict.Checked(2, 0, 2, 3, 3), 0.1);
        assertThat(report.toJson().toString())
                .startsWith("{\"bench\":\"ingest\",\"verified\":true,\"runs\":[" + run.toJson() + "],\"baselines\":["
                        + shell.toJson() + "],\"counts\":{\"answered\":2,\"unknown\":0,\"rawRecords\":2,\"acked\":3,"
                        + "\"producerRecords\":3},\"rounds\":1,\"windowSeconds\":5,\"bodyBytes\":1024,"
                        + "\"ingestJvm\":\"-Xmx128m -XX:+UseSerialGC\",")
                .doesNotContain("\n");
    }

    private static IngestPlan plan() {
        return new IngestPlan(
                List.of(64),
                1,
                Duration.ZERO,
                Duration.ofSeconds(5),
                1_024,
                0,
                IngestPlan.SpoolPath.LEFT_OUT,
                List.of("-Xmx128m", "-XX:+UseSerialGC"),
                Map.of(),
                Path.of("."));
    }
}
