package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.openqa.selenium.Keys;

/** A whole {@code up} with a day of mail, and one browser in front of its dashboard, for all tests of it. */
final class DashboardStage implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    /** The table of live events. */
    static final String LIVE = "[aria-label='The latest events, the newest first']";

    /** The page of the message of {@link DashboardTraffic#STORY}. */
    static final String MESSAGE = "#/messages/clinic.example/visit-summary-4711%40clinic.example";

    private static final String SIGNED_IN = "#nav:not([hidden]) a";
    private static final int MESSAGES = 3_813;

    final UpProcess up;
    final Browser browser;
    final String url;

    private DashboardStage(UpProcess up, Browser browser) throws IOException {
        this.up = up;
        this.browser = browser;
        this.url = up.up().get("dashboardUrl").textValue();
    }

    /** Starts it, posts a day of mail, three bodies that are no events and one that is refused, and waits until all is counted. */
    static DashboardStage open(Path folder) throws IOException, InterruptedException {
        UpProcess up = new UpProcess(folder);
        try {
            DashboardStage stage = new DashboardStage(up, Browser.open());
            DashboardTraffic.of(Instant.now()).parallelStream().forEach(stage::post);
            List.of("not json", "", "{\"event_name\":\"api_mail_log_delivered\"}")
                    .forEach(stage::post);
            assertThat(up.postWithWrongSecret()).isEqualTo(401);
            await().atMost(SOON)
                    .until(() -> stage.counted() == MESSAGES
                            && up.json("/v1/sources").at("/sources/0/refusedAt").has("wrong-secret"));
            return stage;
        } catch (IOException | InterruptedException | RuntimeException e) {
            up.close();
            throw e;
        }
    }

    private long counted() throws IOException, InterruptedException {
        long sum = 0;
        for (JsonNode domain : up.json("/v1/domains").path("domains")) {
            sum += domain.path("messages").path("total").longValue();
        }
        return sum;
    }

    void post(String body) {
        try {
            assertThat(up.post(body)).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token of the settings, which opens everything. */
    String token() {
        return up("apiToken");
    }

    KafkaAccess kafka() {
        return KafkaAccess.at(up("kafka"));
    }

    private String up(String name) {
        try {
            return up.up().get(name).textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Signed in with everything open, on the overview, on a desktop, with nothing in the console of what was before. */
    void begin() {
        browser.becomes(1280, 900, "light");
        browser.blocks(List.of());
        browser.go("about:blank");
        browser.complaints();
        browser.requests();
        browser.go(url);
        await().atMost(SOON).until(() -> browser.isThere(SIGNED_IN) || browser.isThere("#token"));
        if (browser.isThere("#token")) {
            signIn(token());
        }
        browser.awaitLoaded();
    }

    void signIn(String token) {
        browser.find("#token").sendKeys(token + Keys.ENTER);
        await().atMost(SOON).until(() -> browser.isThere(SIGNED_IN));
    }

    void signOut() {
        browser.find("#session button").click();
        browser.find("#token");
    }

    void show(String hash) {
        browser.goTo(hash);
        browser.awaitLoaded();
    }

    /** By how many pixels the page is wider than the screen that it is on. */
    long overflow(int screenWidth) {
        return ((Number) browser.run("return document.documentElement.scrollWidth")).longValue() - screenWidth;
    }

    /** The console is silent, and nobody else was asked for anything. */
    void assertNoComplaint() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .allMatch(request -> request.url().startsWith(url)
                        || request.url().startsWith("blob:" + url)
                        || request.url().startsWith("data:")
                        || request.url().equals("about:blank"));
    }

    @Override
    public void close() {
        browser.close();
        up.close();
    }
}
