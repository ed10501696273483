package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FanOutSettingsTest {

    @Test
    void without_settings_every_domain_has_an_own_topic_from_its_first_event_on() {
        FanOutSettings settings = read(Map.of());

        assertThat(settings.ownTopicsMax()).isEqualTo(500);
        assertThat(settings.ruleFor(new SenderDomain("a.example"))).isEqualTo(DomainRule.ownFrom(1));
    }

    @Test
    void the_first_rule_that_fits_counts() {
        FanOutSettings settings = read(Map.of(
                "fan-out.minimum-events",
                "10",
                "fan-out.rules",
                "noise.example ignore, *.big.example own partitions=3 retention=90d replication=2 minimum-events=5,"
                        + " deep.big.example ignore, new.example own, *.example overflow"));

        assertThat(settings.ruleFor(new SenderDomain("noise.example")).route()).isEqualTo(RouteKind.IGNORED);
        assertThat(settings.ruleFor(new SenderDomain("deep.big.example")))
                .isEqualTo(new DomainRule("*.big.example", RouteKind.OWN, 5, 3, Optional.of(Duration.ofDays(90)), 2));
        assertThat(settings.ruleFor(new SenderDomain("big.example")).route()).isEqualTo(RouteKind.OVERFLOW);
        assertThat(settings.ruleFor(new SenderDomain("new.example")).minimumEvents())
                .isEqualTo(10);
        assertThat(settings.ruleFor(new SenderDomain("notbig.test"))).isEqualTo(DomainRule.ownFrom(10));
    }

    @Test
    void all_problems_are_told_at_once() {
        SettingsException refused = catchThrowableOfType(
                SettingsException.class,
                () -> read(Map.of(
                        "fan-out.own-topics-max", "-1",
                        "fan-out.minimum-events", "0",
                        "fan-out.rules",
                                "a.example, A.example own, b.example away, c.example ignore partitions=2,"
                                        + " d.example own partitions=0 retention=1m wings=2 partitions=3 partitions=4,"
                                        + " e.*.example own, f.example ignored")));

        assertThat(refused.problems())
                .containsExactly(
                        "fan-out.minimum-events: expected a whole number from 1 to 1000000, found '0'",
                        "fan-out.rules: expected each rule to be " + DomainRule.EXPECTED + "; found 'a.example'",
                        "fan-out.rules: expected each rule to be " + DomainRule.EXPECTED + "; found 'A.example own'",
                        "fan-out.rules: expected each rule to be " + DomainRule.EXPECTED + "; found 'b.example away'",
                        "fan-out.rules: c.example has options, which only an own topic can have",
                        "fan-out.rules: d.example: expected partitions= once, a whole number from 1 to 100, found 'partitions=0'",
                        "fan-out.rules: d.example: expected retention= once, a time such as 200ms, 10s, 5m, 2h, 35d, from 3600s to"
                                + " 3650d, found 'retention=1m'",
                        "fan-out.rules: d.example: expected minimum-events=, partitions=, retention= or replication=, found"
                                + " 'wings=2'",
                        "fan-out.rules: d.example: expected partitions= once, a whole number from 1 to 100, found 'partitions=3'",
                        "fan-out.rules: d.example: expected partitions= once, a whole number from 1 to 100, found 'partitions=4'",
                        "fan-out.rules: expected each rule to be " + DomainRule.EXPECTED + "; found 'e.*.example own'",
                        "fan-out.rules: expected each rule to be " + DomainRule.EXPECTED
                                + "; found a text of 17 characters",
                        "fan-out.own-topics-max: expected a whole number from 0 to 100000, found '-1'");
    }

    @Test
    void an_empty_item_is_a_problem() {
        SettingsException refused =
                catchThrowableOfType(SettingsException.class, () -> read(Map.of("fan-out.rules", "a.example own,")));

        assertThat(refused.problems()).singleElement().asString().startsWith("fan-out.rules: expected none, or a list");
    }

    private static FanOutSettings read(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        FanOutSettings settings = FanOutSettings.read(reader);
        reader.finish();
        return settings;
    }
}
