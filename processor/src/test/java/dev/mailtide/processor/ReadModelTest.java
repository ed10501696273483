package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.answers.ReferenceLists.One;
import dev.mailtide.testkit.kafka.TopicReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The read model of two instances, each with a part of the events: whichever is asked, the answers are those of the fold. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadModelTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 7_000;
    private static final int BODIES = 2_000;

    /** Of one page of a download. */
    private static final int PAGE_ROWS = 1_000;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static LoadedPair pair;

    @BeforeAll
    static void start() throws Exception {
        pair = new LoadedPair(folder, SEED, BODIES);
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    @Test
    @Order(1)
    void each_instance_has_read_a_part_and_the_two_parts_are_all() throws Exception {
        double one = pair.both.metric(pair.first(), "mailtide_processor_read_model_events_total");
        double two = pair.both.metric(pair.second(), "mailtide_processor_read_model_events_total");
        assertThat(one).isPositive();
        assertThat(two).isPositive();
        // More where partitions have moved while it was read.
        assertThat(one + two).isGreaterThanOrEqualTo(pair.reference.all().size());
        assertThat(pair.both.metric(pair.first(), "mailtide_processor_read_model_unreadable_total"))
                .isZero();
    }

    @Test
    @Order(2)
    void the_events_of_a_domain_are_those_of_the_fold_in_pages_too_and_the_same_bytes_from_both() throws Exception {
        for (String domain : pair.domains) {
            String path = "/v1/events?limit=1000&domain=" + domain;
            assertThat(pair.pages(pair.first(), path))
                    .isEqualTo(pair.reference.events(event -> event.domain().equals(domain)));
            assertThat(pair.pages(pair.second(), "/v1/events?limit=37&domain=" + domain))
                    .isEqualTo(pair.pages(pair.first(), path));
            assertThat(LoadedPair.withoutAsOf(pair.whole(pair.first(), path)))
                    .isEqualTo(LoadedPair.withoutAsOf(pair.whole(pair.second(), path)));
        }
    }

    @Test
    @Order(3)
    void the_events_of_all_domains_are_those_of_the_fold_from_both_page_by_page_and_downloaded_whole()
            throws Exception {
        List<String> all = pair.reference.events(event -> true).stream()
                .sorted(Comparator.comparing(One::occurredAt)
                        .reversed()
                        .thenComparing(One::id)
                        .thenComparing(One::domain))
                .map(ReadModelTest::row)
                .toList();
        assertThat(all).hasSizeGreaterThan(PAGE_ROWS);
        for (ProcessorService one : List.of(pair.first(), pair.second())) {
            assertThat(pair.pages(one, "/v1/events?limit=1000").stream().map(ReadModelTest::row))
                    .isEqualTo(all);
            List<String> csv = pair.download(one, "/v1/events", "text/csv");
            assertThat(csv.get(0)).startsWith("occurredAt,senderDomain,type,");
            assertThat(csv.subList(1, csv.size()))
                    .allSatisfy(line -> assertThat(line.split(",", -1)).hasSizeGreaterThanOrEqualTo(29));
            assertThat(csv).hasSize(all.size() + 1);
            List<String> rows = new ArrayList<>();
            for (String line : pair.download(one, "/v1/events", "application/x-ndjson")) {
                rows.add(row(One.of(JSON.readTree(line))));
            }
            assertThat(rows).isEqualTo(all);
        }
        assertThat(pair.both.metric(pair.first(), "mailtide_processor_downloads_total{outcome=\"whole\"}"))
                .isEqualTo(2);
    }

    private static String row(One event) {
        return event.occurredAt() + " " + event.id() + " " + event.domain();
    }

    @Test
    @Order(4)
    void events_are_found_by_type_recipient_message_and_time() throws Exception {
        List<One> withRecipient =
                pair.reference.events(event -> event.recipient().indexOf('@') > 0);
        for (int i = 0; i < withRecipient.size(); i += 53) {
            One sought = withRecipient.get(i);
            String domain = "\"domain\":\"" + sought.domain() + "\",\"limit\":1000";
            List<One> ofRecipient = pair.reference.events(event ->
                    event.domain().equals(sought.domain()) && event.recipient().equals(sought.recipient()));
            assertThat(pair.search(
                            pair.first(),
                            "{" + domain + ",\"address\":" + JSON.writeValueAsString(sought.recipient()) + "}"))
                    .isEqualTo(ofRecipient)
                    .isEqualTo(pair.search(
                            pair.second(),
                            "{" + domain + ",\"address\":"
                                    + JSON.writeValueAsString(
                                            "Pat <" + sought.recipient().toUpperCase(Locale.ROOT) + ">")
                                    + "}"));
            String key = LoadedPair.IDENTITY.keyOf(sought.recipient()).hex();
            assertThat(pair.pages(
                            pair.second(), "/v1/events?limit=1000&domain=" + sought.domain() + "&recipientKey=" + key))
                    .isEqualTo(ofRecipient);
            assertThat(pair.search(
                            pair.second(),
                            "{" + domain + ",\"messageId\":" + JSON.writeValueAsString(sought.messageId()) + "}"))
                    .isEqualTo(pair.reference.events(event -> event.domain().equals(sought.domain())
                            && event.messageId().equals(sought.messageId())));
            String type = sought.type().equals("bounced")
                    ? "bounced" + (sought.bounceType().equals("hard") ? "Hard" : "Soft")
                    : sought.type();
            assertThat(pair.pages(
                            pair.first(),
                            "/v1/events?limit=1000&domain=" + sought.domain() + "&type=" + type + "&from="
                                    + sought.occurredAt()))
                    .isEqualTo(pair.reference.events(event -> event.domain().equals(sought.domain())
                            && event.is(sought.type() + sought.bounceType())
                            && !event.at().isBefore(sought.at())));
            assertThat(pair.pages(
                            pair.first(),
                            "/v1/events?limit=1000&domain=" + sought.domain() + "&to=" + sought.occurredAt()))
                    .isEqualTo(pair.reference.events(event ->
                            event.domain().equals(sought.domain()) && event.at().isBefore(sought.at())));
        }
    }

    @Test
    @Order(5)
    void suppressions_are_those_of_the_fold_in_the_list_and_in_a_check() throws Exception {
        int candidates = 0;
        for (String domain : pair.domains) {
            SortedMap<String, List<String>> expected = pair.reference.suppressions(domain, LoadedPair.IDENTITY);
            candidates += expected.size();
            await().atMost(LoadedPair.SOON).untilAsserted(() -> {
                assertThat(pair.suppressions(pair.first(), domain, 1_000)).isEqualTo(expected);
                assertThat(pair.suppressions(pair.second(), domain, 2)).isEqualTo(expected);
            });
            String path = "/v1/suppressions?domain=" + domain;
            assertThat(LoadedPair.withoutAsOf(pair.whole(pair.first(), path)))
                    .isEqualTo(LoadedPair.withoutAsOf(pair.whole(pair.second(), path)));
            assertThat(pair.download(pair.second(), path, "text/csv")).hasSize(expected.size() + 1);

            Map<String, String> keys = new LinkedHashMap<>();
            pair.reference
                    .events(event ->
                            event.domain().equals(domain) && !event.recipient().isEmpty())
                    .forEach(event -> keys.put(
                            event.recipient(),
                            LoadedPair.IDENTITY.keyOf(event.recipient()).hex()));
            keys.put(
                    "nobody@nowhere.example",
                    LoadedPair.IDENTITY.keyOf("nobody@nowhere.example").hex());
            String body = JSON.writeValueAsString(Map.of("domain", domain, "addresses", keys.keySet()));
            HttpResponse<String> checked = pair.both.post(pair.first(), "/v1/suppressions/check", body);
            assertThat(LoadedPair.withoutAsOf(checked))
                    .isEqualTo(LoadedPair.withoutAsOf(pair.both.post(pair.second(), "/v1/suppressions/check", body)));
            JsonNode answer = JSON.readTree(checked.body());
            List<String> addresses = new ArrayList<>();
            for (JsonNode one : answer.get("recipients")) {
                addresses.add(one.get("address").asText());
                String key = keys.getOrDefault(one.get("address").asText(), "");
                assertThat(one.get("recipientKey").asText()).isEqualTo(key);
                assertThat(one.get("suppress").asBoolean()).isEqualTo(expected.containsKey(key));
                assertThat(LoadedPair.texts(one.get("reasons"))).isEqualTo(expected.getOrDefault(key, List.of()));
            }
            assertThat(addresses).containsExactlyElementsOf(keys.keySet());
        }
        assertThat(candidates).isGreaterThan(5);
    }

    @Test
    @Order(6)
    void the_topic_of_suppressions_comes_to_say_the_same() {
        await().atMost(LoadedPair.SOON).untilAsserted(() -> {
            Map<String, JsonNode> latest = new LinkedHashMap<>();
            for (var record : TopicReader.readAll(
                    pair.both.kafka(), pair.both.topics().suppressions().name())) {
                latest.put(record.key(), JSON.readTree(record.value()));
            }
            for (String domain : pair.domains) {
                pair.reference.suppressions(domain, LoadedPair.IDENTITY).forEach((key, reasons) -> {
                    JsonNode row = latest.getOrDefault(domain + "|" + key, JSON.createObjectNode());
                    assertThat(row.has("hardBounce") || row.path("softBounces").size() >= 3)
                            .isTrue();
                });
            }
        });
    }

    @Test
    @Order(7)
    void a_lost_disk_is_read_again_from_the_topics() throws Exception {
        await().atMost(LoadedPair.SOON).until(() -> {
            int before = published();
            await().during(Duration.ofSeconds(3)).atMost(LoadedPair.SOON).until(() -> true);
            return published() == before;
        });
        int published = published();
        pair.restartWithout("state/read-model");
        the_events_of_a_domain_are_those_of_the_fold_in_pages_too_and_the_same_bytes_from_both();
        suppressions_are_those_of_the_fold_in_the_list_and_in_a_check();
        assertThat(published()).isEqualTo(published);
    }

    private static int published() {
        return TopicReader.readAll(
                        pair.both.kafka(), pair.both.topics().suppressions().name())
                .size();
    }

    @Test
    @Order(8)
    void what_a_stopped_instance_had_read_is_missing_and_said_to_be_until_it_is_taken_over() throws Exception {
        pair.second().close();
        JsonNode meanwhile = JSON.readTree(pair.both
                .ask(pair.first(), "/v1/events?domain=" + pair.domains.get(0))
                .body());
        assertThat(meanwhile.get("partial").asBoolean()).isTrue();
        pair.awaitEverythingRead(pair.first());
        for (String domain : pair.domains) {
            assertThat(pair.pages(pair.first(), "/v1/events?limit=1000&domain=" + domain))
                    .isEqualTo(pair.reference.events(event -> event.domain().equals(domain)));
        }
    }
}
