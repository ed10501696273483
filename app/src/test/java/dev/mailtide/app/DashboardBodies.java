package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.TokenStore;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The raw body of an event, on the page of its message. */
interface DashboardBodies {

    String SHOW = "td button.small";

    DashboardStage stage();

    @Test
    default void the_body_of_an_event_is_shown_as_text_to_the_letter() throws Exception {
        Browser browser = stage().browser;
        String time = Instant.now().minusSeconds(60).toString();
        String body = PauboxBodies.named(
                PauboxBodies.DELIVERED,
                PauboxBodies.payload("body-1", "a@tiny.example", "b@gmail.com", time)
                        .put("subject", "<b id=injected>Your visit</b>\u202e & \"more\"\n\tand more")
                        .put("big", 12_345_678_901_234_567L));
        stage().post(body);
        awaitMessage("body-1");
        stage().show("#/messages/tiny.example/body-1");
        browser.run("document.querySelector('td button.small').focus()");
        browser.press(Keys.ENTER);
        browser.awaitText("dialog[open] pre", "\n    \"header_message_id\": \"<body-1>\",\n");
        assertThat(browser.text("dialog[open] pre"))
                .contains("<b id=injected>Your visit</b>", "12345678901234567")
                .doesNotContain("\u202e");
        assertThat(browser.isThere("#injected")).isFalse();
        assertThat(browser.text("dialog[open] dl"))
                .contains("paubox-main", body.getBytes(StandardCharsets.UTF_8).length + " B");
        browser.find("dialog[open] button[aria-pressed]").click();
        assertThat(browser.text("dialog[open] pre")).isEqualTo(body.replace("\u202e", "⟨U+202E⟩"));
        browser.press(Keys.ESCAPE);
        assertThat(browser.isThere("dialog[open]")).isFalse();
        assertThat(browser.run("return document.activeElement.textContent")).isEqualTo("Show");
    }

    private void awaitMessage(String id) {
        await().atMost(DashboardStage.SOON)
                .until(() -> stage().up.status("/v1/messages/" + id + "?domain=tiny.example") == 200);
    }

    @Test
    default void who_may_not_see_recipients_is_offered_no_body() {
        Browser browser = stage().browser;
        stage().signOut();
        stage().signIn(tokenWithoutRecipients());
        stage().show(DashboardStage.MESSAGE);
        assertThat(browser.text(".recipient h3")).contains("***@gmail.com").doesNotContain("jo@");
        assertThat(browser.isThere(SHOW)).isFalse();
        assertThat(browser.text(".note")).contains("a token with the scope recipients shows them here");
        stage().signOut();
    }

    private String tokenWithoutRecipients() {
        Topics topics = new Topics("email.", TopicSizes.DEFAULT);
        TokenStore tokens = new TokenStore(stage().kafka(), topics, InstantSource.system());
        String token = tokens.create(
                        "masked",
                        Scope.of(List.of("clinic.example"), false, false).orElseThrow(),
                        new SecureRandom())
                .token()
                .reveal();
        await().atMost(DashboardStage.SOON).until(() -> stage().up.statusWith(token, "/v1/session") == 200);
        return token;
    }

    /** What it deletes, later tests do without. */
    @Order(Integer.MAX_VALUE)
    @Test
    default void a_body_that_is_not_kept_any_more_is_a_clear_word_and_no_failure() throws Exception {
        Browser browser = stage().browser;
        JsonNode event = stage().up
                .json("/v1/messages/" + DashboardTraffic.STORY + "?domain=clinic.example")
                .at("/recipients/0/events/0");
        TopicPartition partition =
                new TopicPartition("email.raw.v1", event.path("rawPartition").intValue());
        try (Admin admin = Admin.create(stage().kafka().with(Map.of()))) {
            admin.deleteRecords(Map.of(
                            partition,
                            RecordsToDelete.beforeOffset(event.path("rawOffset").longValue() + 1)))
                    .all()
                    .get();
        }
        stage().show(DashboardStage.MESSAGE);
        browser.find(SHOW).click();
        browser.awaitText("dialog[open] .notice", "The retention of the raw topic is over for it.");
        assertThat(browser.isThere("dialog[open] .failed")).isFalse();
        // The browser itself says that the answer was 410.
        assertThat(browser.complaints()).hasSize(1).allMatch(complaint -> complaint.contains("410"));
    }
}
