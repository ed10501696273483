package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswersReportTest {

    private static final long EVENTS = 1_000;
    private static final long MB = 1 << 20;

    @Test
    void a_goal_holds_up_to_so_many_times_the_99th_percentile_of_a_bare_answer() {
        ObjectNode json = json(slice(2, 0), slice(6, 0), slice(41, 0), Optional.empty());
        assertThat(json.at("/runs/0/name").textValue()).isEqualTo("livez");
        assertThat(json.at("/runs/0/p99Millis").doubleValue()).isEqualTo(2);
        assertThat(json.at("/runs/1/p99OfLivez").doubleValue()).isEqualTo(3);
        assertThat(json.at("/runs/1/goalHolds").booleanValue()).isTrue();
        assertThat(json.at("/runs/2/p99OfLivez").doubleValue()).isEqualTo(20.5);
        assertThat(json.at("/runs/2/goalHolds").booleanValue()).isFalse();
        assertThat(json.at("/runs/3/name").textValue()).isEqualTo("ingest");
        assertThat(json.at("/runs/3/ratio").doubleValue()).isEqualTo(0.5);
        assertThat(json.has("download")).isFalse();
        assertThat(json.get("verified").booleanValue()).isTrue();
    }

    @Test
    void a_question_that_was_refused_holds_no_goal_however_quick_the_others_were() {
        ObjectNode json = json(slice(2, 0), slice(2, 1), slice(2, 0), Optional.empty());
        assertThat(json.at("/runs/1/goalHolds").booleanValue()).isFalse();
        assertThat(json.at("/runs/2/goalHolds").booleanValue()).isTrue();
    }

    @Test
    void a_download_is_flat_if_little_more_is_held_than_before() {
        Download.Answer whole = new Download.Answer(200, "text/csv; charset=utf-8", EVENTS, 5_000_000, 2);
        ObjectNode flat = json(new Download.Seen(whole, whole, 500 * MB, 100 * MB, 116 * MB));
        assertThat(flat.at("/download/goalHolds").booleanValue()).isTrue();
        assertThat(flat.at("/download/megabytesPerSecond").doubleValue()).isEqualTo(2.5);
        assertThat(flat.get("verified").booleanValue()).isTrue();
        ObjectNode growing = json(new Download.Seen(whole, whole, 500 * MB, 100 * MB, 117 * MB));
        assertThat(growing.at("/download/goalHolds").booleanValue()).isFalse();
        assertThat(growing.get("verified").booleanValue()).isTrue();
    }

    @Test
    void a_download_that_lacks_a_row_or_is_no_csv_is_not_verified() {
        Download.Answer whole = new Download.Answer(200, "text/csv", EVENTS, 5, 1);
        Download.Answer tooShort = new Download.Answer(200, "text/csv", EVENTS - 1, 5, 1);
        Download.Answer json = new Download.Answer(200, "application/json", EVENTS, 5, 1);
        for (Download.Answer bad : List.of(tooShort, json)) {
            assertThat(json(new Download.Seen(bad, whole, 1, 1, 1))
                            .get("verified")
                            .booleanValue())
                    .isFalse();
            ObjectNode second = json(new Download.Seen(whole, bad, 1, 1, 1));
            assertThat(second.get("verified").booleanValue()).isFalse();
            assertThat(second.at("/download/goalHolds").booleanValue()).isFalse();
        }
    }

    private static ObjectNode json(Download.Seen seen) {
        return json(slice(2, 0), slice(2, 0), slice(2, 0), Optional.of(seen));
    }

    private static ObjectNode json(Slice livez, Slice domain, Slice series, Optional<Download.Seen> download) {
        AnswersPlan plan = new AnswersPlan(
                2_000, 10, Duration.ZERO, Duration.ofSeconds(1), 1, 1, EVENTS, 1_024, List.of(), Path.of("."));
        CountedEvents.Found found = new CountedEvents.Found(10, 10, 10);
        return new AnswersReport(
                        plan,
                        new AnswersReport.Questions(livez, domain, series, 2_158, 1_000_000),
                        new Slice(1_000, 1, 1, 2, 10, 1_000, 0, 0),
                        download,
                        new EndToEndReport.Counts(10, 0, found),
                        0)
                .result()
                .json();
    }

    private static Slice slice(double p99Millis, long refused) {
        return new Slice(10, 1, p99Millis / 2, p99Millis, 0, 10, refused, 0);
    }
}
