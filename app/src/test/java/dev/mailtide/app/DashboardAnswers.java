package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** What is shown, against what the API answers; and what comes while somebody looks. */
interface DashboardAnswers {

    DashboardStage stage();

    @Test
    default void a_posted_sample_is_seen_arriving_without_a_reload() {
        Browser browser = stage().browser;
        browser.run("window.sameDocument = true");
        browser.awaitText(".feed-state", "live");
        stage().post(PauboxBodies.documentedSample());
        browser.awaitText(DashboardStage.LIVE, "xxxxxxx.com");
        browser.awaitText("[aria-label='Sender domains by hard-bounce rate'] tbody", "xxxxxxx.com");
        assertThat(browser.run("return window.sameDocument")).isEqualTo(true);
    }

    @Test
    default void the_numbers_of_a_day_are_those_of_the_api() throws Exception {
        Browser browser = stage().browser;
        long inSpan = 0;
        for (JsonNode bucket :
                stage().up.json("/v1/domains/clinic.example/series?bucket=hour").path("buckets")) {
            inSpan += bucket.path("messages").path("total").longValue();
        }
        stage().show("#/domains/clinic.example");
        assertThat(inSpan).isEqualTo(901);
        assertThat(browser.text(".tile:first-child .tile-value")).isEqualTo("901");
        assertThat(browser.text(".tile:last-child .tile-value")).isEqualTo("not reported");
    }

    @Test
    default void the_first_thing_to_be_read_is_who_is_above_a_limit_and_with_whom() {
        Browser browser = stage().browser;
        browser.awaitText(".trouble.critical li:first-child", "; the mail to Microsoft");
        assertThat(browser.text(".trouble li:first-child"))
                .startsWith(
                        "■ critical clinic.example: hard-bounce rate 6.4 % (58 of 901; limit 5 %), the last 24 hours");
        assertThat(browser.text(".trouble li:last-child"))
                .startsWith("▲ warn news.northside.example: hard-bounce rate 4.7 %");
        stage().show("#/?search=billing");
        browser.awaitText(".trouble", "✓ None of the 1 listed domain with enough messages is above a limit");
    }

    @Test
    default void rates_are_judged_here_as_the_api_judges_them() throws Exception {
        int judged = 0;
        for (JsonNode state : stage().up.json("/v1/domains").path("domains")) {
            JsonNode rate = state.path("rates").path("hardBounce");
            Object here = stage().browser
                    .runAsync(
                            "const [of, over, done] = arguments; import('/dashboard/judge.js').then(judge =>"
                                    + " done(judge.rate(of, over, {warn: 0.02, critical: 0.05}).verdict))",
                            rate.path("of").longValue(),
                            rate.path("over").longValue());
            assertThat(here).as("%s", rate).isEqualTo(rate.path("verdict").textValue());
            judged += rate.path("judged").booleanValue() ? 1 : 0;
        }
        assertThat(judged).isGreaterThanOrEqualTo(5);
    }

    @Test
    default void what_is_not_answered_is_a_failure_and_never_a_zero() {
        Browser browser = stage().browser;
        browser.blocks(List.of("*/v1/domains*", "*/v1/sources*"));
        browser.goTo("#/domains/clinic.example");
        browser.awaitText(".notice.failed", "The server does not answer");
        browser.awaitText("#status", "not answered");
        assertThat(browser.text(".tile")).isEmpty();
        browser.goTo("#/");
        browser.awaitText(".trouble", "Whether a domain is above a limit is not known now");
        // A browser may say in its console that requests were blocked, and nothing else.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("ERR_BLOCKED_BY_CLIENT"));
        browser.go("about:blank");
        browser.complaints();
    }

    @Test
    default void the_last_refusals_of_a_source_say_what_and_when() {
        Browser browser = stage().browser;
        stage().show("#/sources");
        String refusals = "[aria-label='Refusals of each source by reason, the latest first'] tbody";
        browser.awaitText(refusals, "wrong-secret");
        assertThat(browser.text(refusals))
                .contains("The URL ends in another secret, or in none")
                .contains("paubox-main")
                .matches("(?s).*[0-9]{4} [0-9:]{8}1.*");
    }

    @Test
    default void a_dead_letter_is_sent_again_after_a_question() {
        Browser browser = stage().browser;
        browser.goTo("#/dead-letters");
        browser.awaitText("tbody", "not-json");
        browser.find("tbody input[type=checkbox]").click();
        browser.find(".panel-head button:not(:disabled)").click();
        browser.awaitText("dialog", "This replays 1 letter");
        browser.find("dialog button.main").click();
        browser.awaitText("[role=status] .notice", "1 body sent again");
    }

    @Test
    default void the_letter_that_is_sent_again_is_the_one_that_was_chosen_last() {
        Browser browser = stage().browser;
        browser.goTo("#/dead-letters");
        browser.awaitText("tbody", "empty");
        browser.run("window.sent = []; const ask = window.fetch; window.fetch = (url, options) => {"
                + " if (url.endsWith('/replay')) { sent.push(options.body); } return ask(url, options); }");
        List<?> keys = (List<?>) browser.run(
                "return Array.from(document.querySelectorAll('tbody input'), choice => choice.dataset.key)");
        for (int i = 0; i < 2; i++) {
            browser.run("document.querySelector(`[data-key='${arguments[0]}']`).click()", keys.get(i));
            browser.find(".panel-head button:not(:disabled)").click();
            browser.awaitText("dialog[open]", "This replays 1 letter");
            browser.find("dialog button.main").click();
            long sent = i + 1L;
            await().atMost(DashboardStage.SOON)
                    .until(() -> browser.run("return sent.length").equals(sent));
            browser.awaitText("[role=status] .notice", "1 body sent again");
        }
        assertThat((List<?>) browser.run("return sent"))
                .isEqualTo(
                        keys.stream().limit(2).map(DashboardAnswers::replayOf).toList());
    }

    private static String replayOf(Object key) {
        String body = "{\"positions\":[{\"partition\":$1,\"offset\":$2}]}";
        return String.valueOf(key).replaceFirst("letter-(.+):(.+)", body);
    }

    @Test
    default void live_events_can_be_held_still() {
        Browser browser = stage().browser;
        browser.awaitText(".feed-state", "live");
        WebElement pause = browser.find("button[aria-pressed]");
        pause.click();
        String time = Instant.now().minusSeconds(5).toString();
        stage().post(PauboxBodies.delivered("held-1", "a@tiny.example", "b@gmail.com", time));
        browser.awaitText("button[aria-pressed]", "Go on (1 new)");
        assertThat(browser.text(DashboardStage.LIVE)).doesNotContain("held-1");
        pause.click();
        browser.awaitText(DashboardStage.LIVE, "held-1");
    }

    /** A browser has six connections to a server, and each live stream holds one. */
    @Test
    default void pages_that_nobody_looks_at_hold_no_connection() {
        Browser browser = stage().browser;
        for (int i = 0; i < 7; i++) {
            browser.go("about:blank");
            browser.go(stage().url);
            browser.awaitText(".feed-state", "live");
        }
        browser.openTabs(7, stage().url);
        browser.awaitLoaded();
        browser.awaitText(".feed-state", "● live");
        browser.closeTabs();
        browser.awaitText(".feed-state", "● live");
        assertThat(browser.text(".note")).contains("nobody looked at this page");
    }

    @Test
    default void what_is_shown_stands_in_the_url_and_comes_back_with_it() {
        Browser browser = stage().browser;
        stage().show("#/domains/clinic.example?events=bouncedHard&range=7d");
        String list = "[aria-label^='Events of clinic.example'] tbody";
        browser.awaitText(list, "hard bounce");
        assertThat(browser.text(list)).doesNotContain("delivered").doesNotContain("opened");
        browser.run("const field = document.querySelector('[aria-label=\"Which events\"]');"
                + " field.value = 'opened'; field.dispatchEvent(new Event('change'))");
        browser.awaitText(list, "opened");
        assertThat(browser.url()).endsWith("#/domains/clinic.example?events=opened&range=7d");
        browser.back();
        await().atMost(DashboardStage.SOON)
                .until(() -> browser.text(list).contains("hard bounce")
                        && !browser.text(list).contains("opened"));
        assertThat(browser.run("return document.querySelector('[aria-label=\"Which events\"]').value"))
                .isEqualTo("bouncedHard");
    }

    @Test
    default void the_fields_say_what_the_url_says_after_a_step_back() {
        Browser browser = stage().browser;
        stage().show("#/?search=billing&range=custom&from=2026-01-02&to=2026-01-03");
        browser.find("[name=search]").sendKeys("-other");
        await().atMost(DashboardStage.SOON).until(() -> browser.url().contains("billing-other"));
        browser.goTo("#/?search=lab&range=custom&from=2026-01-04&to=2026-01-05");
        String fields = "return Array.from(document.querySelectorAll('[name=search], .range input'), e => e.value)";
        assertThat(browser.run(fields)).isEqualTo(List.of("2026-01-04", "2026-01-05", "lab"));
        browser.back();
        await().atMost(DashboardStage.SOON)
                .until(() -> browser.run(fields).equals(List.of("2026-01-02", "2026-01-03", "billing-other")));
    }
}
