package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.testkit.fixture.PauboxBodies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Everything without a mouse, and as a screen reader hears it. */
interface DashboardByKeyboard {

    int STOPS_MAX = 250;

    DashboardStage stage();

    @Test
    default void the_first_stop_skips_to_the_content() {
        Browser browser = stage().browser;
        WebElement skip = browser.press(Keys.TAB);
        assertThat(skip.getText()).isEqualTo("Skip to the content");
        assertThat(skip.getCssValue("outline-style")).isEqualTo("solid");
        await().atMost(DashboardStage.SOON).until(() -> skip.getLocation().getY() >= 0);
        assertThat(browser.press(Keys.ENTER).getDomAttribute("id")).isEqualTo("main");
        browser.press(Keys.TAB);
        assertThat(browser.run("return document.querySelector('#main').contains(document.activeElement)"))
                .isEqualTo(true);
    }

    @Order(2)
    @ParameterizedTest
    @ValueSource(
            strings = {
                "#/",
                "#/domains/clinic.example",
                "#/messages",
                DashboardStage.MESSAGE,
                "#/sources",
                "#/dead-letters",
                "#/topics"
            })
    default void everything_that_can_be_used_is_a_stop_with_a_name_in_the_order_of_the_page_and_shows_it(String page) {
        Browser browser = stage().browser;
        stage().show(page);
        // Live events that come meanwhile would make other elements of what was walked over.
        browser.run("document.querySelector('button[aria-pressed=false]')?.click();"
                + " document.querySelector('.skip').focus()");
        long usable = ((Number) browser.run(USABLE)).longValue() - 1;
        browser.press(Keys.TAB);
        List<Map<?, ?>> stops = new ArrayList<>();
        while (stops.size() < STOPS_MAX && browser.run(STOP) instanceof Map<?, ?> stop) {
            stops.add(stop);
            browser.press(Keys.TAB);
        }
        assertThat(stops).hasSize((int) usable);
        assertThat(stops).allSatisfy(stop -> {
            assertThat(stop.get("outline")).as("%s shows its focus", stop).isEqualTo("solid");
            assertThat(stop.get("isWide")).as("%s shows it well", stop).isEqualTo(true);
            assertThat(stop.get("seen")).as("%s is on the screen", stop).isEqualTo(true);
            assertThat(stop.get("isLater"))
                    .as("%s comes after the one before", stop)
                    .isEqualTo(true);
            assertThat(String.valueOf(stop.get("name")))
                    .as("%s has a name", stop)
                    .isNotBlank();
        });
    }

    /** How many things there are to be used; a date field has stops of its own inside. */
    String USABLE = "return Array.from(document.querySelectorAll('a[href], button:not(:disabled), select, summary,"
            + " input:not(:disabled), [tabindex=\"0\"]')).filter(e => e.checkVisibility({visibilityProperty: true})"
            + " && !e.closest('details:not([open]) > :not(summary)')).length";

    /** Where the focus is; nothing where it has left the page. */
    String STOP = "const e = document.activeElement; if (e === document.body) { return false; }"
            + " const style = getComputedStyle(e), box = e.getBoundingClientRect(), before = window.stopBefore;"
            + " window.stopBefore = e;"
            + " return {outline: style.outlineStyle, isWide: parseFloat(style.outlineWidth) >= 2,"
            + " seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,"
            + " isLater: !before || !before.isConnected"
            + " || (before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,"
            + " name: e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent, tag: e.tagName}";

    @Test
    default void enter_on_a_row_opens_it_and_the_focus_stays_where_it_was() {
        Browser browser = stage().browser;
        browser.run("document.querySelector('[data-key=\"focus-clinic.example\"]').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText(".scope", "The domain clinic.example");
        assertThat(browser.find("tr[aria-current=true]").getText()).startsWith("clinic.example");
        await().atMost(DashboardStage.SOON)
                .until(
                        () -> browser.run("return document.activeElement.dataset.key ?? ''"),
                        "focus-clinic.example"::equals);
        browser.run("document.querySelector('[data-key=open-domain]').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("h1", "clinic.example");
        assertThat(browser.run("return document.activeElement.id")).isEqualTo("main");
        browser.awaitText("#announce", "clinic.example");
        browser.awaitLoaded();
        browser.run("document.querySelector('[aria-label^=\"Events of\"] tbody a').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("h1", "Message");
    }

    @Test
    default void lists_are_sorted_by_buttons_that_say_which_way() {
        Browser browser = stage().browser;
        assertThat(browser.text("th[aria-sort]")).isEqualTo("Hard bounce ▼");
        assertThat(browser.find("th[aria-sort]").getDomAttribute("aria-sort")).isEqualTo("descending");
        browser.run("document.querySelector('[data-key=\"sort-Messages\"]').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("th[aria-sort=descending]", "Messages ▼");
        browser.awaitText("[aria-label='Sender domains by volume'] tbody tr:first-child th", "billing.example");
        assertThat(browser.url()).endsWith("#/?sort=volume");
        assertThat(browser.run("return document.activeElement.dataset.key")).isEqualTo("sort-Messages");
        browser.run("document.querySelector('[data-key=\"sort-Domain\"]').focus()");
        browser.press(Keys.SPACE);
        browser.awaitText("th[aria-sort=ascending]", "Domain ▲");
        assertThat(browser.run("return document.querySelectorAll('th[aria-sort]').length"))
                .isEqualTo(1L);
        assertThat(browser.run("return document.querySelector('select[aria-label=\"Sort by\"]').value"))
                .isEqualTo("name");
    }

    @Test
    default void escape_closes_whatever_is_open_and_the_focus_goes_back() {
        Browser browser = stage().browser;
        browser.run("document.querySelector('[data-means=hardBounceRate]').focus()");
        assertThat(browser.text("#tip"))
                .contains("messages.hardBounced / settled messages", "warn above 2 %, critical above 5 %");
        browser.press(Keys.ESCAPE);
        assertThat(browser.hidden("#tip").isDisplayed()).isFalse();

        browser.run("document.querySelector('.range summary').focus()");
        browser.press(Keys.ENTER);
        assertThat(browser.find(".range-custom").isDisplayed()).isTrue();
        browser.press(Keys.TAB);
        browser.press(Keys.ESCAPE);
        assertThat(browser.hidden(".range-custom").isDisplayed()).isFalse();
        assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("SUMMARY");

        stage().show("#/dead-letters");
        browser.run("document.querySelector('tbody input[type=checkbox]').focus()");
        browser.press(Keys.SPACE);
        browser.run("document.querySelector('.panel-head button:not(:disabled)').focus()");
        browser.press(Keys.ENTER);
        assertThat(browser.find("dialog[open]").getText()).contains("This replays 1 letter");
        browser.press(Keys.ESCAPE);
        assertThat(browser.isThere("dialog[open]")).isFalse();
        assertThat(browser.text("[role=status]")).doesNotContain("sent again");
        assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Replay 1 selected");
    }

    @Test
    default void the_chart_is_read_out_by_the_arrow_keys() {
        Browser browser = stage().browser;
        browser.run("document.querySelector('.charts').focus()");
        browser.press(Keys.ARROW_LEFT);
        browser.press(Keys.ARROW_LEFT);
        assertThat(browser.text(".readout")).contains("messages", "hard-bounce rate");
    }

    @Test
    default void a_busy_stream_is_told_now_and_then_and_not_with_every_event() {
        Browser browser = stage().browser;
        browser.awaitText(".feed-state", "live");
        browser.run(
                "window.told = []; new MutationObserver(() => window.told.push(document.getElementById('announce').textContent))"
                        + ".observe(document.getElementById('announce'), {childList: true, characterData: true, subtree: true});");
        String time = Instant.now().minusSeconds(5).toString();
        for (int i = 0; i < 60; i++) {
            stage().post(PauboxBodies.delivered("busy-" + i, "a@tiny.example", "b@gmail.com", time));
        }
        browser.awaitText("#announce", "new event");
        assertThat((List<?>) browser.run("return window.told")).hasSizeBetween(1, 2);
        assertThat(browser.run("return document.querySelectorAll('[aria-live] table, [role=status] table,"
                        + " [role=log] table, [role=alert] table, output table').length"))
                .isEqualTo(0L);
    }
}
