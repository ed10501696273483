package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Instant AT = Instant.parse("2026-04-18T20:27:25.379Z");
    private static final Sheet EXPECTED = oneOpenedMessage().onTopOf(Sheet.EMPTY);

    @Test
    void the_expected_answer_is_equal_and_ends_with_0() {
        Report report = report(EXPECTED);
        assertThat(report.exitCode()).isZero();
        assertThat(report.text()).contains("clinic.example", "1/1", "equal");
    }

    @Test
    void a_planted_difference_is_named_by_its_path_and_ends_with_1() {
        Report report = report(with("timeToOpen.cells.1", "2"));
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.text()).contains("DIFFERS", "    timeToOpen.cells.1: expected 1, answered 2");
    }

    @Test
    void a_zero_in_place_of_null_differs() {
        assertThat(differences(with("reactions.clickedMessages", "0")))
                .containsExactly(new Comparison.Difference("reactions.clickedMessages", "null", "0"));
    }

    @Test
    void a_field_that_is_missing_differs() {
        SortedMap<String, String> fields = new TreeMap<>(EXPECTED.fields());
        fields.remove("messages.total");
        assertThat(differences(new Sheet(fields)))
                .containsExactly(new Comparison.Difference("messages.total", "1", "absent"));
    }

    @Test
    void a_cell_or_a_group_that_nobody_expected_differs_and_an_empty_one_does_not() {
        assertThat(differences(with("timeToOpen.cells.7", "1")))
                .containsExactly(new Comparison.Difference("timeToOpen.cells.7", "absent", "1"));
        assertThat(differences(with("recipientGroups[zoho].messages.total", "1")))
                .containsExactly(new Comparison.Difference("recipientGroups[zoho].messages.total", "absent", "1"));
        assertThat(differences(with("recipientGroups[zoho].messages.total", "0")))
                .isEmpty();
    }

    @Test
    void no_answer_is_never_equal() {
        Report report = new Report(List.of(new Comparison("clinic.example", EXPECTED, Optional.empty())), 6, 6);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.text()).contains("NO ANSWER");
    }

    @Test
    void a_missing_dead_letter_ends_with_1() {
        Report report = new Report(List.of(new Comparison("clinic.example", EXPECTED, Optional.of(EXPECTED))), 6, 5);
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.text()).contains("6/5", "MISSING");
    }

    @Test
    void a_run_is_expected_on_top_of_what_was_counted_before() {
        Sheet twice = oneOpenedMessage().onTopOf(with("lastEventAt", "2026-04-18T21:00:00.000Z"));
        assertThat(List.of(
                        twice.text("messages.total"),
                        twice.text("recipientGroups[gmail].messages.delivered"),
                        twice.text("timeToOpen.cells.1"),
                        twice.text("rates.open.of"),
                        twice.text("rates.open.over"),
                        twice.text("messages.pending"),
                        twice.text("firstEventAt"),
                        twice.text("lastEventAt")))
                .containsExactly(
                        "2", "2", "2", "2", "2", "null", "2026-04-18T20:27:25.379Z", "2026-04-18T21:00:00.000Z");
    }

    private static Expectation oneOpenedMessage() {
        Expectation expectation = new Expectation();
        Timeline timeline = new Timeline(
                List.of(Step.DELIVERED, Step.OPENED), List.of(Duration.ofSeconds(9), Duration.ofMillis(800)));
        expectation.add(Story.ALL.get(1), timeline, "gmail");
        expectation.seenAt(AT);
        return expectation;
    }

    private static Sheet with(String path, String text) {
        SortedMap<String, String> fields = new TreeMap<>(EXPECTED.fields());
        fields.put(path, text);
        return new Sheet(fields);
    }

    private static List<Comparison.Difference> differences(Sheet answered) {
        return new Comparison("clinic.example", EXPECTED, Optional.of(answered)).differences();
    }

    private static Report report(Sheet answered) {
        return new Report(List.of(new Comparison("clinic.example", EXPECTED, Optional.of(answered))), 6, 6);
    }
}
