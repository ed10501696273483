package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two instances with a copy of each other's stores: whichever is asked, the answer is the same. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralInstancesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> DOMAINS =
            IntStream.range(10, 34).mapToObj(n -> "clinic-" + n + ".example").toList();

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TwoInstances both;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService first;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService second;

    @BeforeAll
    static void start() throws Exception {
        both = new TwoInstances(folder);
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        both.awaitReady(second);
        for (String domain : DOMAINS) {
            both.raw(PauboxBodies.softBounced("m/1", "care@" + domain, "pat@gmail.com", "2026-04-18T20:27:25.379Z"));
        }
        for (ProcessorService one : List.of(first, second)) {
            await().atMost(SOON).until(() -> areCountedNow(one));
            await().atMost(SOON)
                    .until(() -> both.metric(one, "mailtide_processor_peers_asked_total{outcome=\"active\"}") > 0);
        }
    }

    @AfterAll
    static void stop() {
        both.close();
    }

    @Test
    @Order(1)
    void whichever_is_asked_gives_the_same_bytes() throws Exception {
        for (String domain : DOMAINS) {
            for (String path : List.of(
                    "/v1/domains/" + domain,
                    "/v1/messages/m%2F1?domain=" + domain,
                    "/v1/domains/" + domain + "/series?bucket=day")) {
                HttpResponse<String> one = both.ask(first, path);
                HttpResponse<String> two = both.ask(second, path);
                assertThat(one.statusCode()).isEqualTo(200);
                assertThat(withoutAsOf(one)).isEqualTo(withoutAsOf(two)).doesNotContain("stale");
                assertThat(one.headers().firstValue("content-type"))
                        .isEqualTo(two.headers().firstValue("content-type"))
                        .contains("application/json");
            }
        }
    }

    @Test
    @Order(2)
    void what_was_never_heard_of_is_404_from_both() throws Exception {
        for (int n = 0; n < 8; n++) {
            String path = "/v1/domains/never-" + n + ".example";
            await().atMost(SOON).until(() -> both.ask(first, path).statusCode() == 404);
            await().atMost(SOON).until(() -> both.ask(second, path).statusCode() == 404);
            assertThat(withoutAsOf(both.ask(first, path)))
                    .isEqualTo(withoutAsOf(both.ask(second, path)))
                    .contains("Nothing has been heard of this sender domain.");
        }
    }

    @Test
    @Order(3)
    void a_list_has_the_domains_of_both_in_pages() throws Exception {
        for (ProcessorService one : List.of(first, second)) {
            TreeSet<String> all = new TreeSet<>();
            String cursor = "";
            do {
                JsonNode page = JSON.readTree(
                        both.ask(one, "/v1/domains?limit=7" + cursor).body());
                assertThat(page.has("partial")).isFalse();
                assertThat(page.has("partitions")).isFalse();
                page.get("domains")
                        .forEach(domain -> assertThat(
                                        all.add(domain.get("domain").textValue()))
                                .isTrue());
                cursor = page.get("nextCursor").isNull()
                        ? ""
                        : "&cursor=" + page.get("nextCursor").textValue();
            } while (!cursor.isEmpty());
            assertThat(all).containsExactlyElementsOf(DOMAINS);
        }
    }

    @Test
    @Order(4)
    void who_does_not_show_the_internal_secret_is_refused_and_counted() throws Exception {
        double before = both.metric(first, "mailtide_processor_peers_answered_total{outcome=\"refused\"}");
        for (String token : List.of(TwoInstances.TOKEN, "internal-secret-of-another", "")) {
            HttpResponse<String> refused = both.get(first, "/internal/v1/domains", token);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("urn:mailtide:problem:no-internal-secret");
        }
        assertThat(both.get(first, "/v1/domains", TwoInstances.INTERNAL_SECRET).statusCode())
                .isEqualTo(401);
        assertThat(both.metric(first, "mailtide_processor_peers_answered_total{outcome=\"refused\"}"))
                .isEqualTo(before + 3);
    }

    @Test
    @Order(5)
    void a_question_from_another_instance_is_answered_from_what_is_held_here_and_not_passed_on() throws Exception {
        int copies = 0;
        for (String domain : DOMAINS) {
            HttpResponse<String> one = ofHolder(first, domain);
            HttpResponse<String> two = ofHolder(second, domain);
            assertThat(List.of(holder(one), holder(two))).containsExactlyInAnyOrder("active", "standby");
            HttpResponse<String> copy = holder(one).equals("standby") ? one : two;
            JsonNode stale = JSON.readTree(copy.body());
            assertThat(stale.get("stale").booleanValue()).isTrue();
            assertThat(stale.at("/messages/total").intValue()).isEqualTo(1);
            assertThat(Instant.parse(stale.get("asOf").textValue())).isBefore(Instant.now());
            copies++;
        }
        assertThat(copies).isEqualTo(DOMAINS.size());
        for (ProcessorService one : List.of(first, second)) {
            for (String never : List.of("never-0.example", "never-1.example", "never-2.example", "never-3.example")) {
                HttpResponse<String> answer =
                        both.get(one, "/internal/v1/domains/" + never, TwoInstances.INTERNAL_SECRET);
                assertThat(answer.statusCode() == 404 ? holder(answer) : "none")
                        .isEqualTo(answer.statusCode() == 503 ? "none" : "active");
            }
        }
    }

    @Test
    @Order(6)
    void what_a_stopped_instance_held_is_answered_from_the_copy_and_is_stale_until_it_is_taken_over() throws Exception {
        List<String> ofTheSecond = new ArrayList<>();
        for (String domain : DOMAINS) {
            if (holder(ofHolder(second, domain)).equals("active")) {
                ofTheSecond.add(domain);
            }
        }
        assertThat(ofTheSecond).isNotEmpty().hasSizeLessThan(DOMAINS.size());
        second.close();
        for (String domain : ofTheSecond) {
            JsonNode copy =
                    JSON.readTree(both.ask(first, "/v1/domains/" + domain).body());
            assertThat(copy.path("stale").booleanValue()).as(domain).isTrue();
            assertThat(copy.at("/messages/total").intValue()).isEqualTo(1);
        }
        JsonNode list = JSON.readTree(both.ask(first, "/v1/domains").body());
        assertThat(list.get("partial").booleanValue()).isTrue();
        assertThat(list.get("domains")).hasSize(DOMAINS.size() - ofTheSecond.size());
        assertThat(both.ask(first, "/v1/domains/never-0.example").statusCode()).isIn(404, 503);

        await().atMost(SOON).until(() -> areCountedNow(first));
        assertThat(JSON.readTree(both.ask(first, "/v1/domains").body()).get("domains"))
                .hasSize(DOMAINS.size());
    }

    private static boolean areCountedNow(ProcessorService one) throws Exception {
        for (String domain : DOMAINS) {
            HttpResponse<String> answer = both.ask(one, "/v1/domains/" + domain);
            if (answer.statusCode() != 200 || JSON.readTree(answer.body()).has("stale")) {
                return false;
            }
        }
        return true;
    }

    private static HttpResponse<String> ofHolder(ProcessorService one, String domain) throws Exception {
        await().atMost(SOON)
                .until(() -> both.get(one, "/internal/v1/domains/" + domain, TwoInstances.INTERNAL_SECRET)
                                .statusCode()
                        == 200);
        return both.get(one, "/internal/v1/domains/" + domain, TwoInstances.INTERNAL_SECRET);
    }

    private static String holder(HttpResponse<String> answer) {
        return answer.headers().firstValue("Mailtide-Holder").orElse("none");
    }

    private static String withoutAsOf(HttpResponse<String> answer) {
        return answer.body().replaceFirst("\"asOf\":\"[^\"]*\"", "");
    }
}
