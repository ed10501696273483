package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.testkit.fixture.PauboxBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page on every screen: what axe-core has to say, how wide it is, and a picture for the documentation. */
interface DashboardPages {

    Path PICTURES = Path.of("target/pictures");
    int PICTURE_HEIGHT_MAX = 2_400;

    DashboardStage stage();

    /** A name for the picture, and where the page is. */
    static Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "#/");
        pages.put("overview-domain", "#/?domain=clinic.example&range=7d");
        pages.put("domain", "#/domains/clinic.example");
        pages.put("messages", "#/messages");
        pages.put("message", DashboardStage.MESSAGE);
        pages.put("sources", "#/sources");
        pages.put("dead-letters", "#/dead-letters");
        pages.put("topics", "#/topics");
        pages.put("numbers", "#/numbers");
        return pages;
    }

    @Order(1)
    @ParameterizedTest
    @CsvSource({"1280, 900, light", "1280, 900, dark", "390, 844, light", "390, 844, dark"})
    default void every_page_can_be_used_by_everybody(int width, int height, String theme) throws IOException {
        Browser browser = stage().browser;
        browser.becomes(width, height, theme);
        Files.createDirectories(PICTURES);
        String screen = "-" + (width < 600 ? "phone-" : "") + theme;
        for (Map.Entry<String, String> page : all().entrySet()) {
            stage().show(page.getValue());
            if (page.getKey().equals("overview")) {
                awaitSomeLiveEvents();
            }
            look(page.getKey() + screen, width);
        }
        openTheBodyOfTheStory();
        look("body" + screen, width);
        browser.find("dialog[open] [data-key=body-close]").click();
        stage().signOut();
        look("login" + screen, width);
    }

    private void look(String name, int width) throws IOException {
        Browser browser = stage().browser;
        Files.write(PICTURES.resolve(name + ".png"), browser.picture(PICTURE_HEIGHT_MAX));
        assertThat(browser.barriers()).as(name).isEmpty();
        assertThat(browser.text(".notice.failed")).as("failures on " + name).isEmpty();
        assertThat(stage().overflow(width))
                .as("pixels that %s is too wide", name)
                .isLessThanOrEqualTo(0);
    }

    private void openTheBodyOfTheStory() {
        stage().show(DashboardStage.MESSAGE);
        stage().browser.find("td button.small").click();
        stage().browser.awaitText("dialog[open] pre", DashboardTraffic.STORY);
    }

    private void awaitSomeLiveEvents() {
        Browser browser = stage().browser;
        browser.awaitText(".feed-state", "live");
        String id = "live-" + System.nanoTime() % 100_000 + "@billing.example";
        String from = "office@billing.example";
        String time = Instant.now().minusSeconds(20).toString();
        String opened = Instant.now().minusSeconds(9).toString();
        stage().post(PauboxBodies.delivered(id, from, "kim@yahoo.com", time));
        stage().post(PauboxBodies.softBounced("s" + id, from, "lee@outlook.com", time));
        stage().post(PauboxBodies.opened(id, from, "kim@yahoo.com", opened));
        await().atMost(DashboardStage.SOON)
                .until(() -> browser.text(DashboardStage.LIVE + " tbody").contains("opened"));
    }
}
