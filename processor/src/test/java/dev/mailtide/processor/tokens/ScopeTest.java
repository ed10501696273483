package dev.mailtide.processor.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {

    @ParameterizedTest
    @CsvSource({
        "clinic.example, clinic.example, true",
        "clinic.example, a.clinic.example, false",
        "clinic.example, xclinic.example, false",
        "*.clinic.example, a.clinic.example, true",
        "*.clinic.example, a.b.clinic.example, true",
        "*.clinic.example, clinic.example, false",
        "*.clinic.example, xclinic.example, false",
        "*.example, clinic.example, true",
        "*, anything.at.all.example, true",
        "CLINIC.example, clinic.example, true",
        "*.CLINIC.example, a.clinic.example, true",
        "bücher.example, xn--bcher-kva.example, true",
    })
    void a_rule_is_a_domain_a_suffix_or_all(String rule, String domain, boolean isIn) {
        assertThat(Scope.of(List.of(rule), false, false).orElseThrow().has(new SenderDomain(domain)))
                .isEqualTo(isIn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*.",
                "**",
                "*example",
                "a.*.example",
                "*.*",
                "under_score.example",
                "a example",
                ".example",
                "*..example"
            })
    void anything_else_is_no_rule(String rule) {
        assertThat(Scope.of(List.of(rule), false, false)).isEmpty();
    }

    @Test
    void rules_are_sorted_and_stand_there_once() {
        Scope scope = Scope.of(List.of("b.example", "A.example", "a.example"), true, false)
                .orElseThrow();
        assertThat(scope.domains()).containsExactly("a.example", "b.example");
    }

    @Test
    void there_are_a_hundred_at_most_and_no_more_than_go_into_the_line_of_a_request() {
        List<String> hundred =
                IntStream.range(0, 100).mapToObj(n -> "d" + n + ".example").toList();
        assertThat(Scope.of(hundred, false, false)).isPresent();
        List<String> more =
                IntStream.range(0, 101).mapToObj(n -> "d" + n + ".example").toList();
        assertThat(Scope.of(more, false, false)).isEmpty();
        List<String> longOnes = IntStream.range(10, 50)
                .mapToObj(n -> n + String.join("", Collections.nCopies(2, "." + "a".repeat(60))) + ".example")
                .toList();
        assertThat(Scope.of(longOnes, false, false)).isEmpty();
        assertThat(Scope.of(longOnes.subList(0, 20), false, false)).isPresent();
    }
}
