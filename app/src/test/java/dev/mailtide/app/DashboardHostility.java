package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What others wrote, wherever it is shown: text, in its place, on any screen. Comes late, since it stays in the lists. */
interface DashboardHostility {

    /** Markup, a turned direction, what cannot be seen, more than fits; each would leave a mark if it did something. */
    String EVIL = "<script id=injected>alert(1)</script>\"><img id=injected src=x onerror=alert(2)>"
            + "<svg id=injected onload=alert(3)>javascript:alert(4){{7*7}}${alert(5)}\u202egpj.exe\u2066\u200b\u200d\ufeff\u0000\n"
            + "e\u0301\u0301\u0301\u0301 \u05d0\u05d1\u05d2 \ud83d\udce7";

    /** As long as a host name may be. */
    String LONG_DOMAIN = ("a".repeat(60) + ".").repeat(4) + "example";

    /** An address that fits into a field. */
    String LOOKED_FOR = "\"<script id=injected>alert(1)</script>\"@gmail.com";

    DashboardStage stage();

    @Order(Integer.MAX_VALUE - 1)
    @Test
    default void hostile_texts_are_text_on_every_page_and_screen() throws Exception {
        Browser browser = stage().browser;
        // No path of a URL may hold these two.
        String id = EVIL.replace("\u0000", "").replace("\n", "") + "x".repeat(700);
        writeIntoEveryField(id);
        Map<String, String> pages = Map.of(
                "#/domains/hostile.example",
                "[aria-label^='Events of hostile.example'] tbody",
                "#/messages/hostile.example/"
                        + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"),
                ".message-id",
                "#/dead-letters",
                "[aria-label='Dead letters, the newest first'] tbody",
                "#/sources",
                "[aria-label='Sources, by name'] tbody");
        for (int width : List.of(1280, 390)) {
            browser.becomes(width, 900, "light");
            stage().show("#/");
            browser.awaitText(".feed-state", "live");
            stage().post(event("live-" + width + EVIL, "to-" + width));
            browser.awaitText(DashboardStage.LIVE, "live-" + width + "<script id=injected>");
            assertHarmless("live events", width, DashboardStage.LIVE);
            for (Map.Entry<String, String> page : pages.entrySet()) {
                stage().show(page.getKey());
                browser.awaitText(page.getValue(), "<script id=injected>alert(1)</script>");
                assertHarmless(page.getKey(), width, page.getValue());
            }
            search();
            assertHarmless("search", width, ".result");
            showTheBodyOf(id);
            assertHarmless("body", width, "dialog[open]");
            for (String page : List.of("#/?search=aaaa", "#/domains/" + LONG_DOMAIN, "#/topics")) {
                stage().show(page);
                browser.awaitText("#main", "a".repeat(40));
                assertHarmless(page, width, "#main");
            }
        }
    }

    private void writeIntoEveryField(String id) throws Exception {
        stage().post(event(id, "\"" + EVIL + "\""));
        stage().post(event("m-2", EVIL + "y".repeat(10_000)));
        stage().post(PauboxBodies.delivered(
                "m-4" + EVIL, "a@hostile.example", LOOKED_FOR, Instant.now().toString()));
        stage().post(PauboxBodies.delivered(
                "m-3", "a@" + LONG_DOMAIN, "b@gmail.com", Instant.now().toString()));
        try (KafkaProducer<String, byte[]> kafka = new KafkaProducer<>(
                stage().kafka().with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            kafka.send(letter()).get();
            kafka.send(status()).get();
        }
        await().atMost(DashboardStage.SOON)
                .ignoreExceptions()
                .until(() -> stage().up
                                        .json("/v1/events?domain=hostile.example")
                                        .path("events")
                                        .size()
                                == 3
                        && stage().up.status("/v1/domains/" + LONG_DOMAIN) == 200
                        && stage().up.json("/v1/topics?limit=1000").toString().contains(LONG_DOMAIN)
                        && stage().up.json("/v1/sources").path("sources").size() == 2
                        && stage().up.json("/v1/dead-letters").toString().contains("injected"));
    }

    private static String event(String id, String local) {
        ObjectNode payload = PauboxBodies.payload(
                        id,
                        "a@hostile.example",
                        local + "@gmail.com",
                        Instant.now().minusSeconds(60).toString())
                .put("subject", EVIL + "s".repeat(10_000));
        payload.putObject("custom_headers")
                .put("X-" + EVIL, EVIL)
                .put("X-Long-" + "h".repeat(3_000), "h".repeat(3_000));
        return PauboxBodies.named(PauboxBodies.HARD_BOUNCED, payload);
    }

    /** Anybody who may write to the topic can write this. */
    private static ProducerRecord<String, byte[]> letter() {
        ProducerRecord<String, byte[]> letter =
                new ProducerRecord<>("email.dead-letters.v1", EVIL, "x".getBytes(StandardCharsets.UTF_8));
        for (String name : List.of("source", "provider", "replayed", "dead-letter-class", "dead-letter-exception")) {
            RawHeaders.add(letter.headers(), name, EVIL);
        }
        RawHeaders.add(letter.headers(), "dead-letter-reason", EVIL + "z".repeat(10_000));
        return letter;
    }

    private static ProducerRecord<String, byte[]> status() {
        String source = EVIL.replace("\u0000", "").replace("\n", "");
        String now = Instant.now().toString();
        ObjectNode status = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("source", source)
                .put("instance", "one")
                .put("countedSince", now)
                .put("lastSeenAt", now)
                .put("accepted", 1)
                .put("spoolWaiting", 0);
        status.putObject("refused").put(EVIL + "w".repeat(3_000), 7);
        return new ProducerRecord<>(
                "email.source-status.v1", source + "|one", status.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void search() {
        Browser browser = stage().browser;
        stage().show("#/messages");
        browser.run(
                "document.querySelector('#field-domain').value = 'hostile.example';"
                        + " document.querySelector('#field-address').value = arguments[0];"
                        + " document.querySelector('.search-form button').click()",
                LOOKED_FOR);
        browser.awaitText(".result tbody", "<script id=injected>");
    }

    private void showTheBodyOf(String id) {
        Browser browser = stage().browser;
        stage().show("#/messages/hostile.example/"
                + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"));
        browser.find("td button.small").click();
        browser.awaitText("dialog[open] pre", "X-<script id=injected>");
    }

    /** No dialog is open: else the browser's driver would refuse every question. */
    private void assertHarmless(String where, int width, String place) {
        Browser browser = stage().browser;
        assertThat(browser.run("return document.querySelectorAll('#injected, main img, main script, main iframe,"
                        + " main object, main style, dialog img, dialog script').length"))
                .as("injected into %s at %s", where, width)
                .isEqualTo(0L);
        assertThat(browser.text(place)).as(where).doesNotContain("\u202e", "\u200b", "\u2066", "\ufeff", "\u0000");
        assertThat(stage().overflow(width))
                .as("pixels that %s is too wide at %s", where, width)
                .isLessThanOrEqualTo(0);
    }
}
