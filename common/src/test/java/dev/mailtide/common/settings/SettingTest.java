package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.settings.Setting.TextRule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

    private static final TextRule WORD = TextRule.matching("[a-z]+", "lower-case letters");
    private static final Setting<Duration> PAUSE =
            Setting.duration("pause", "5s", Duration.ofMillis(100), Duration.ofDays(35), "How long.");
    private static final Setting<Integer> COUNT = Setting.number("count", 3, -2, 10, "How many.");
    private static final Setting<List<String>> WORDS = Setting.list("words", "a", WORD, "Which.");

    @ParameterizedTest
    @CsvSource({
        "100ms, PT0.1S",
        "999ms, PT0.999S",
        "10s, PT10S",
        "5m, PT5M",
        "2h, PT2H",
        "35d, PT840H",
        "0000001s, PT1S",
    })
    void a_duration_is_a_whole_number_with_a_unit(String text, Duration value) {
        assertThat(PAUSE.parser().parse(text)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "5 s",
                " 5s",
                "5S",
                "-5s",
                "+5s",
                "1.5s",
                "5w",
                "5min",
                "PT5S",
                "99ms",
                "0s",
                "36d",
                "3024001s",
                "1000000000ms",
                "999999999d"
            })
    void a_duration_in_another_form_or_out_of_bounds_is_refused(String text) {
        assertThat(PAUSE.parser().parse(text)).isEmpty();
    }

    @Test
    void a_duration_says_its_bounds_in_a_fitting_unit() {
        assertThat(PAUSE.expected()).isEqualTo("a time such as 200ms, 10s, 5m, 2h, 35d, from 100ms to 35d");
        assertThat(Setting.duration("x", "5s", Duration.ZERO, Duration.ofHours(36), "")
                        .expected())
                .isEqualTo("a time such as 200ms, 10s, 5m, 2h, 35d, from 0s to 129600s");
    }

    @ParameterizedTest
    @CsvSource({"-2, -2", "0, 0", "10, 10", "007, 7"})
    void a_number_is_taken_within_its_bounds(String text, int value) {
        assertThat(COUNT.parser().parse(text)).contains(value);
        assertThat(COUNT.expected()).isEqualTo("a whole number from -2 to 10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-3", "11", "1.0", "1e1", "0x1", "1_0", " 1", "ten", "\u0663", "99999999999999999999"})
    void what_is_no_whole_number_within_the_bounds_is_refused(String text) {
        assertThat(COUNT.parser().parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "8080, true", "65535, true", "0, false", "65536, false"})
    void a_port_is_from_1_to_65535(String text, boolean taken) {
        assertThat(Setting.port("port", 8080, "Where.").parser().parse(text).isPresent())
                .isEqualTo(taken);
    }

    @Test
    void a_list_is_divided_by_commas_with_room_around_them() {
        assertThat(WORDS.parser().parse("a")).contains(List.of("a"));
        assertThat(WORDS.parser().parse("b, a ,c")).contains(List.of("b", "a", "c"));
        assertThat(WORDS.expected()).isEqualTo("a list divided by commas, each lower-case letters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,", ",a", "a,,b", "a,B", "a b", "a,a"})
    void a_list_with_an_item_that_is_wrong_empty_or_there_twice_is_refused(String text) {
        assertThat(WORDS.parser().parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Word", "word1", "word ", "word\n"})
    void a_text_must_match_its_rule_as_a_whole(String text) {
        Setting<String> word = Setting.text("word", "a", WORD, "What.");

        assertThat(word.parser().parse("word")).contains("word");
        assertThat(word.parser().parse(text)).isEmpty();
    }

    @Test
    void only_a_setting_without_default_is_a_secret() {
        assertThat(Setting.secret("token", WORD, "").isSecret()).isTrue();
        assertThat(Setting.secret("token", WORD, "").isOptional()).isFalse();
        assertThat(Setting.optionalSecret("token", WORD, "").isSecret()).isTrue();
        assertThat(Setting.optionalSecret("token", WORD, "").isOptional()).isTrue();
        assertThat(COUNT.isOptional()).isFalse();
        assertThat(COUNT.isSecret()).isFalse();
        assertThat(COUNT.fallback()).contains("3");
    }

    @Test
    void a_number_of_bytes_is_written_in_full_and_may_be_larger_than_an_int() {
        Setting<Long> bytes = Setting.bytes("bytes", 10_737_418_240L, 0, 20_000_000_000L, "How many bytes.");
        assertThat(bytes.fallback().flatMap(bytes.parser()::parse)).contains(10_737_418_240L);
        assertThat(bytes.parser().parse("0")).contains(0L);
        assertThat(bytes.parser().parse("20000000001")).isEmpty();
        assertThat(bytes.parser().parse("-1")).isEmpty();
        assertThat(bytes.parser().parse("10G")).isEmpty();
        assertThat(bytes.expected()).isEqualTo("a number of bytes from 0 to 20000000000");
    }
}
