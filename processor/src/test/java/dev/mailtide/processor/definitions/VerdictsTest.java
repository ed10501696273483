package dev.mailtide.processor.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Verdicts verdicts = new Verdicts(RateLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({"0, 100, 0", "50, 100, 0.403832", "5, 100, 0.021544", "100, 100, 0.963007", "20, 1000, 0.012983"})
    void the_lower_bound_is_that_of_wilson(long of, long over, double bound) {
        assertThat(Verdicts.lowerBound(of, over)).isCloseTo(bound, within(0.000_001));
    }

    @ParameterizedTest
    @CsvSource({
        // The value is at 2 % or above in each of them; what the sample proves is not.
        "2, 100, ok",
        "20, 1000, ok",
        "4, 100, ok",
        "5, 100, warn",
        "30, 1000, warn",
        "50, 1000, warn",
        "10, 100, critical",
        "66, 1000, critical",
    })
    void a_rate_is_judged_by_what_its_sample_proves(long of, long over, String verdict) throws Exception {
        assertThat(judged(of, over, true).at("/rates/hardBounce/verdict").textValue())
                .isEqualTo(verdict);
    }

    @Test
    void under_a_hundred_nothing_is_judged() throws Exception {
        assertThat(judged(99, 99, false).at("/rates/hardBounce/verdict").textValue())
                .isEqualTo("notJudged");
    }

    @Test
    void a_rate_without_limits_has_no_verdict_and_one_that_nobody_reports_stays_null() throws Exception {
        ObjectNode state = judged(10, 100, true);
        assertThat(state.at("/rates/open").has("verdict")).isFalse();
        assertThat(state.at("/rates/complaint").isNull()).isTrue();
    }

    @Test
    void recipient_groups_are_judged_each_for_itself() throws Exception {
        assertThat(judged(10, 100, true)
                        .at("/recipientGroups/0/rates/hardBounce/verdict")
                        .textValue())
                .isEqualTo("ok");
    }

    private ObjectNode judged(long of, long over, boolean judged) throws Exception {
        String rate = "{\"of\":%d,\"over\":%d,\"judged\":%b}";
        String state = "{\"rates\":{\"hardBounce\":" + rate.formatted(of, over, judged) + ",\"open\":"
                + rate.formatted(of, over, judged) + ",\"complaint\":null},\"recipientGroups\":[{\"rates\":{"
                + "\"hardBounce\":" + rate.formatted(0, 200, true) + "}}]}";
        return verdicts.addTo((ObjectNode) JSON.readTree(state));
    }
}
