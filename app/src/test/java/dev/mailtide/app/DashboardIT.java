package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The dashboard as a person sees it in a browser, over a whole {@code up} with a day of mail. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path PICTURES = Path.of("target/pictures");
    private static final String LIVE = "[aria-label='The latest events, the newest first']";
    private static final int PICTURE_HEIGHT_MAX = 2_400;
    private static final int MESSAGES = 3_813;
    private static final String MESSAGE = "#/messages/clinic.example/visit-summary-4711%40clinic.example";

    /** A name for the picture, and where the page is. */
    private static final Map<String, String> PAGES = Map.of(
            "overview", "#/",
            "overview-domain", "#/?domain=clinic.example&range=7d",
            "domain", "#/domains/clinic.example",
            "messages", "#/messages",
            "message", MESSAGE,
            "sources", "#/sources",
            "dead-letters", "#/dead-letters",
            "topics", "#/topics",
            "numbers", "#/numbers");

    @TempDir
    private static Path folder;

    private static UpProcess up;
    private static Browser browser;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.whyNot().isEmpty(), () -> "no browser: " + Browser.whyNot());
        up = new UpProcess(folder);
        url = up.up().get("dashboardUrl").textValue();
        DashboardTraffic.of(Instant.now()).parallelStream().forEach(DashboardIT::post);
        List.of("not json", "", "{\"event_name\":\"api_mail_log_delivered\"}").forEach(DashboardIT::post);
        await().atMost(SOON).until(() -> counted() == MESSAGES);
        browser = Browser.open();
    }

    private static void post(String body) {
        try {
            assertThat(up.post(body)).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long counted() throws IOException, InterruptedException {
        long sum = 0;
        for (JsonNode domain : up.json("/v1/domains").path("domains")) {
            sum += domain.path("messages").path("total").longValue();
        }
        return sum;
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (up != null) {
            up.close();
        }
    }

    @BeforeEach
    void beginSignedInOnTheOverview() throws IOException {
        browser.becomes(1280, 900, "light");
        browser.blocks(List.of());
        browser.go("about:blank");
        browser.go(url);
        await().atMost(SOON).until(() -> browser.isThere("#nav a") || browser.isThere("#token"));
        if (browser.isThere("#token")) {
            signIn(up.up().get("apiToken").textValue());
        }
        browser.awaitLoaded();
        browser.complaints();
    }

    private static void signIn(String token) {
        browser.find("#token").sendKeys(token + Keys.ENTER);
    }

    /** Whatever was done: the console is silent, and nobody else was asked for anything. */
    @AfterEach
    void assertNoComplaint() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .allMatch(request -> request.startsWith(url)
                        || request.startsWith("blob:" + url)
                        || request.startsWith("data:")
                        || request.equals("about:blank"));
    }

    @Order(1)
    @ParameterizedTest
    @CsvSource({"1280, 900, light", "1280, 900, dark", "390, 844, light", "390, 844, dark"})
    void every_page_can_be_used_by_everybody(int width, int height, String theme) throws IOException {
        browser.becomes(width, height, theme);
        Files.createDirectories(PICTURES);
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            browser.goTo(page.getValue());
            browser.awaitLoaded();
            if (page.getKey().equals("overview")) {
                awaitSomeLiveEvents();
            }
            String name = page.getKey() + "-" + (width < 600 ? "phone-" : "") + theme;
            Files.write(PICTURES.resolve(name + ".png"), browser.picture(PICTURE_HEIGHT_MAX));
            assertThat(browser.barriers()).as(name).isEmpty();
            assertThat(browser.text(".notice.failed")).as("failures on " + name).isEmpty();
            assertThat(browser.run("return document.documentElement.scrollWidth - window.innerWidth"))
                    .as("pixels that %s is too wide", name)
                    .isEqualTo(0L);
        }
    }

    private static void awaitSomeLiveEvents() {
        browser.awaitText(".feed-state", "live");
        String id = "live-" + System.nanoTime() + "@billing.example";
        String time = Instant.now().minusSeconds(20).toString();
        post(PauboxBodies.delivered(id, "office@billing.example", "kim@yahoo.com", time));
        post(PauboxBodies.softBounced("s" + id, "office@billing.example", "lee@outlook.com", time));
        post(PauboxBodies.opened(
                id,
                "office@billing.example",
                "kim@yahoo.com",
                Instant.now().minusSeconds(9).toString()));
        await().atMost(SOON).until(() -> browser.text(LIVE + " tbody").contains("opened"));
    }

    @Test
    void a_posted_sample_is_seen_arriving_without_a_reload() {
        browser.run("window.sameDocument = true");
        browser.awaitText(".feed-state", "live");
        post(PauboxBodies.documentedSample());
        browser.awaitText(LIVE, "xxxxxxx.com");
        browser.awaitText("[aria-label='Sender domains by hard-bounce rate'] tbody", "xxxxxxx.com");
        assertThat(browser.run("return window.sameDocument")).isEqualTo(true);
    }

    @Test
    void what_others_wrote_is_shown_as_text() {
        String id = "\u202e\u200bcod.exe<img src=x onerror=alert(1)>" + "x".repeat(800);
        String time = Instant.now().minusSeconds(60).toString();
        post(PauboxBodies.hardBounced(id, "a@hostile.example", "\"<script>alert(2)</script>\"@gmail.com", time));
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> up.json("/v1/domains/hostile.example").has("messages")
                        && up.json("/v1/events?domain=hostile.example")
                                        .path("events")
                                        .size()
                                == 1);
        browser.goTo("#/domains/hostile.example");
        browser.awaitText("[aria-label^='Events of hostile.example'] tbody", "⟨U+202E⟩⟨U+200B⟩cod.exe<img");
        String shown = browser.text("[aria-label^='Events of hostile.example'] tbody");
        assertThat(shown).doesNotContain("\u202e").doesNotContain("x".repeat(100));
        assertThat(browser.run("return document.querySelectorAll('main img, main script').length"))
                .isEqualTo(0L);
    }

    @Test
    void the_numbers_of_a_day_are_those_of_the_api() throws Exception {
        long inSpan = 0;
        for (JsonNode bucket :
                up.json("/v1/domains/clinic.example/series?bucket=hour").path("buckets")) {
            inSpan += bucket.path("messages").path("total").longValue();
        }
        browser.goTo("#/domains/clinic.example");
        browser.awaitLoaded();
        assertThat(inSpan).isEqualTo(901);
        assertThat(browser.text(".tile:first-child .tile-value")).isEqualTo("901");
        assertThat(browser.text(".tile:last-child .tile-value")).isEqualTo("not reported");
    }

    @Test
    void rates_are_judged_here_as_the_api_judges_them() throws Exception {
        int judged = 0;
        for (JsonNode state : up.json("/v1/domains").path("domains")) {
            JsonNode rate = state.path("rates").path("hardBounce");
            Object here = browser.runAsync(
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
    void what_is_not_answered_is_a_failure_and_never_a_zero() {
        browser.blocks(List.of("*/v1/domains*", "*/v1/sources*"));
        browser.goTo("#/domains/clinic.example");
        browser.awaitText(".notice.failed", "The server does not answer");
        browser.awaitText("#status", "not answered");
        assertThat(browser.text(".tile")).isEmpty();
        // A browser may say in its console that requests were blocked, and nothing else.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("ERR_BLOCKED_BY_CLIENT"));
        browser.go("about:blank");
        browser.complaints();
    }

    @Test
    void a_token_opens_the_dashboard_and_is_kept_nowhere_that_a_script_can_read() throws IOException {
        String token = up.up().get("apiToken").textValue();
        browser.find("#session button").click();
        browser.find("#token").sendKeys("mt_" + "x".repeat(43) + Keys.ENTER);
        browser.awaitText(".login", "This token opens nothing here");
        assertThat(browser.complaints()).hasSize(1).allMatch(complaint -> complaint.contains("401"));
        browser.find("#token").clear();
        signIn(token);
        browser.awaitLoaded();
        assertThat(browser.run(
                        "return document.cookie + location.href + JSON.stringify({...localStorage, ...sessionStorage})"
                                + " + document.documentElement.outerHTML"))
                .asString()
                .doesNotContain(token);
    }

    @Test
    void an_address_never_stands_in_the_url() {
        browser.goTo("#/messages");
        browser.find("#field-domain").sendKeys("clinic.example");
        browser.find("#field-address").sendKeys("person-1@gmail.com" + Keys.ENTER);
        await().atMost(SOON).until(() -> browser.isThere("[role=status] table, [role=status] .quiet"));
        assertThat(browser.url()).doesNotContain("person").doesNotContain("%40").doesNotContain("@");
        browser.goTo("#/");
        browser.find("input[type=search]").sendKeys("person-1@gmail.com");
        browser.awaitText(".field-problem", "A domain, please");
        assertThat(browser.url()).doesNotContain("%40").doesNotContain("@");
        assertThat(browser.requests()).noneMatch(request -> request.contains("person-1"));
    }

    @Test
    void everything_is_reached_with_the_keyboard() {
        WebElement first = browser.press(Keys.TAB);
        assertThat(first.getText()).isEqualTo("Skip to the content");
        assertThat(browser.press(Keys.ENTER).getDomAttribute("id")).isEqualTo("main");
        for (int i = 0; i < 30; i++) {
            WebElement focused = browser.press(Keys.TAB);
            assertThat(focused.getCssValue("outline-style"))
                    .as("%s shows that it has the focus", focused)
                    .isEqualTo("solid");
        }
        browser.run("document.querySelector('[data-means=hardBounceRate]').focus()");
        assertThat(browser.text("#tip"))
                .contains("messages.hardBounced / settled messages", "warn above 2 %, critical above 5 %");
        browser.press(Keys.ESCAPE);
        assertThat(browser.hidden("#tip").isDisplayed()).isFalse();
        browser.run("document.querySelector('.charts').focus()");
        browser.press(Keys.ARROW_LEFT);
        browser.press(Keys.ARROW_LEFT);
        assertThat(browser.text(".readout")).contains("messages", "hard-bounce rate");
    }

    @Test
    void a_dead_letter_is_sent_again_after_a_question() {
        browser.goTo("#/dead-letters");
        browser.awaitText("tbody", "not-json");
        browser.find("tbody input[type=checkbox]").click();
        browser.find(".panel-head button:not(:disabled)").click();
        browser.awaitText("dialog", "This replays 1 letter");
        browser.find("dialog button.main").click();
        browser.awaitText("[role=status] .notice", "1 body sent again");
    }

    @Test
    void live_events_can_be_held_still() {
        browser.awaitText(".feed-state", "live");
        WebElement pause = browser.find("button[aria-pressed]");
        pause.click();
        String time = Instant.now().minusSeconds(5).toString();
        post(PauboxBodies.delivered("held-1", "a@tiny.example", "b@gmail.com", time));
        browser.awaitText("button[aria-pressed]", "Go on (1 new)");
        assertThat(browser.text(LIVE)).doesNotContain("held-1");
        pause.click();
        browser.awaitText(LIVE, "held-1");
    }
}
