package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Instant NOW = Instant.parse("2026-04-18T20:27:25.379Z");
    private static final int POSTS = 5_000;
    private static final Traffic TRAFFIC = traffic("run1");

    @Test
    void the_same_seed_run_and_time_tell_the_same_bytes() {
        assertThat(bodies(traffic("run1"))).isEqualTo(bodies(TRAFFIC));
    }

    @Test
    void two_runs_of_one_seed_share_no_message() {
        Set<String> one = new HashSet<>(messageKeys(TRAFFIC));
        assertThat(messageKeys(traffic("run2"))).doesNotContainAnyElementsOf(one);
    }

    @Test
    void nothing_happens_in_the_future_or_before_the_days_told() {
        Instant earliest = NOW.minus(Storyteller.DAYS_TOLD).minus(Storyteller.DAYS_TOLD);
        assertThat(events(TRAFFIC))
                .allMatch(event -> !event.time().isAfter(NOW))
                .allMatch(event -> event.time().isAfter(earliest));
    }

    @Test
    void there_are_about_as_many_posts_as_asked_for() {
        assertThat(TRAFFIC.posts()).hasSizeBetween(POSTS, POSTS + 25);
        assertThat(traffic("run1").duplicates()).isEqualTo(150);
    }

    @Test
    void every_sender_is_heard_of_and_the_biggest_has_a_third() {
        assertThat(TRAFFIC.byDomain()).hasSize(Sender.ALL.size()).containsKey("xn--praxis-mller-klb.example");
        long total = TRAFFIC.byDomain().values().stream()
                .mapToLong(TrafficTest::messages)
                .sum();
        Expectation biggest = TRAFFIC.byDomain().getOrDefault(Sender.ALL.get(0).countedAs(), new Expectation());
        assertThat(messages(biggest) * 100 / total).isBetween(30L, 40L);
    }

    @Test
    void every_domain_adds_up() {
        TRAFFIC.byDomain().forEach((domain, expectation) -> assertAddsUp(domain, expectation.onTopOf(Sheet.EMPTY)));
    }

    @Test
    void distinct_events_are_as_many_as_expected() {
        Set<String> distinct = new HashSet<>(bodiesOfEvents(TRAFFIC));
        long expected = TRAFFIC.byDomain().values().stream()
                .map(expectation -> expectation.onTopOf(Sheet.EMPTY))
                .mapToLong(TrafficTest::events)
                .sum();
        assertThat((long) distinct.size()).isEqualTo(expected);
    }

    @Test
    void no_two_events_of_a_message_and_recipient_share_kind_and_time() {
        Set<String> seen = new HashSet<>();
        for (EventPost event : new HashSet<>(events(TRAFFIC))) {
            assertThat(seen.add(event.recipient().payloadId() + event.step().name() + event.time()))
                    .isTrue();
        }
    }

    @Test
    void the_recipients_of_a_send_are_different_people() {
        SortedMap<String, Set<String>> bySend = new TreeMap<>();
        Set<Long> rows = new HashSet<>();
        for (EventPost event : events(TRAFFIC)) {
            Set<String> people = bySend.computeIfAbsent(event.send().identity().trackingId(), id -> new HashSet<>());
            boolean newRow = rows.add(event.recipient().payloadId());
            assertThat(people.add(event.recipient().to())).isEqualTo(newRow);
        }
        assertThat(bySend.values()).anyMatch(people -> people.size() == 5);
    }

    @Test
    void an_event_has_paubox_fields() throws IOException {
        EventPost event = events(TRAFFIC).get(0);
        JsonNode json = new ObjectMapper().readTree(event.body());
        assertThat(json.path("event_name").asText()).isEqualTo(event.step().eventName());
        JsonNode payload = json.path("payload");
        assertThat(payload.path("id").asLong()).isGreaterThan(1L << 31);
        assertThat(payload.path("time").asText()).matches("2026-04-1\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(payload.path("from").asText()).contains(".example");
        assertThat(payload.path("source_tracking_id").asText()).hasSize(36);
    }

    @Test
    void unreadable_bodies_are_unique_by_run_except_the_empty_one() {
        Set<String> one = digests(traffic("run1"));
        Set<String> two = digests(traffic("run2"));
        two.retainAll(one);
        assertThat(two).containsExactly(Digest.sha256(new byte[0]));
    }

    private static Traffic traffic(String runId) {
        return new Storyteller(runId, 42, NOW).tell(POSTS);
    }

    private static List<String> bodies(Traffic traffic) {
        return traffic.posts().stream().map(TrafficTest::text).toList();
    }

    private static List<String> bodiesOfEvents(Traffic traffic) {
        return events(traffic).stream().map(TrafficTest::text).toList();
    }

    private static String text(Post post) {
        return new String(post.body(), StandardCharsets.UTF_8);
    }

    private static List<EventPost> events(Traffic traffic) {
        List<EventPost> events = new ArrayList<>();
        for (Post post : traffic.posts()) {
            if (post instanceof EventPost event) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<String> messageKeys(Traffic traffic) {
        return events(traffic).stream()
                .map(event -> event.send().identity())
                .flatMap(id -> Stream.concat(id.headerMessageId().stream(), Stream.of(id.trackingId())))
                .toList();
    }

    private static Set<String> digests(Traffic traffic) {
        Set<String> digests = new HashSet<>();
        traffic.unreadable().forEach(post -> digests.add(post.digest()));
        return digests;
    }

    private static long messages(Expectation expectation) {
        return expectation.onTopOf(Sheet.EMPTY).count("messages.total");
    }

    private static long events(Sheet sheet) {
        return Fields.EVENTS_COUNTED.stream().mapToLong(sheet::count).sum();
    }

    private static void assertAddsUp(String domain, Sheet sheet) {
        long total = sheet.count("messages.total");
        assertThat(sumOf(sheet, "messages\\.(delivered|softBounced|hardBounced)"))
                .as(domain)
                .isEqualTo(total);
        assertThat(sumOf(sheet, "recipientGroups\\[.*]\\.messages\\.total")).isEqualTo(total);
        assertThat(sumOf(sheet, "recipientGroups\\[.*]\\.messages\\.hardBounced"))
                .isEqualTo(sheet.count("messages.hardBounced"));
        assertThat(sumOf(sheet, "timeToOpen\\.cells\\.[1-9]\\d*")).isEqualTo(sheet.count("timeToOpen.count"));
    }

    private static long sumOf(Sheet sheet, String paths) {
        return sheet.fields().keySet().stream()
                .filter(path -> path.matches(paths))
                .mapToLong(sheet::count)
                .sum();
    }
}
