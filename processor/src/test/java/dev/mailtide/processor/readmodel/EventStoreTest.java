package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was read of a partition, on a disk: lists, places, expiry, and what a kill leaves. */
class EventStoreTest {

    private static final SenderDomain CLINIC = new SenderDomain("clinic.example");

    @TempDir
    Path folder;

    @Test
    void a_list_walked_page_by_page_is_the_sorted_list_without_gap_or_repetition_while_events_come_in() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            RandomEvents events = new RandomEvents(seed);
            List<EventHead> before = Stream.generate(events::next).limit(200).toList();
            try (Partitions partitions = open(3, seed)) {
                before.forEach(event -> add(partitions, event));
                EventQuery query = random(random);
                List<EventHead> meanwhile = new ArrayList<>();
                List<String> walked = new ArrayList<>();
                Optional<Place> after = Optional.empty();
                do {
                    EventPage page = page(partitions, with(query, after));
                    walked.addAll(ids(page.events()));
                    after = page.end();
                    EventHead late = events.next();
                    meanwhile.add(late);
                    add(partitions, late);
                } while (after.isPresent());

                List<String> expected = expected(before, query);
                assertThat(walked).as("seed %d", seed).doesNotHaveDuplicates().containsSubsequence(expected);
                List<String> all = expected(
                        Stream.concat(before.stream(), meanwhile.stream()).toList(), query);
                assertThat(all).as("seed %d", seed).containsSubsequence(walked);
                assertThat(ids(page(partitions, with(query, Optional.empty(), 1_000))
                                .events()))
                        .as("seed %d", seed)
                        .isEqualTo(all);
            }
        }
    }

    private static EventQuery random(Random random) {
        Optional<RecipientKey> recipient =
                random.nextInt(3) == 0 ? Optional.of(RandomEvents.recipient(random.nextInt(3))) : Optional.empty();
        Optional<Fingerprint> message =
                random.nextInt(3) == 0 ? Optional.of(EventQuery.hashOf("m-" + random.nextInt(12))) : Optional.empty();
        Set<EventKind> kinds = random.nextInt(3) == 0
                ? EnumSet.of(EventKind.DELIVERED, EventKind.OPENED, EventKind.BOUNCED_HARD)
                : Set.of();
        return new EventQuery(
                RandomEvents.DOMAINS.get(random.nextInt(3)),
                recipient,
                message,
                kinds,
                time(random, 20),
                time(random, 50),
                Optional.empty(),
                1 + random.nextInt(9));
    }

    private static Optional<Instant> time(Random random, int second) {
        return random.nextInt(3) == 0
                ? Optional.of(Instant.ofEpochMilli(RandomEvents.BEGIN + second * 1000L))
                : Optional.empty();
    }

    private static EventQuery with(EventQuery query, Optional<Place> after) {
        return with(query, after, query.limit());
    }

    private static EventQuery with(EventQuery query, Optional<Place> after, int limit) {
        return new EventQuery(
                query.domain(),
                query.recipient(),
                query.message(),
                query.kinds(),
                query.from(),
                query.to(),
                after,
                limit);
    }

    /** The slow and obvious way. */
    private static List<String> expected(List<EventHead> events, EventQuery query) {
        return events.stream()
                .filter(event -> event.domain().equals(query.domain()))
                .filter(event ->
                        query.recipient().isEmpty() || query.recipient().equals(event.recipient()))
                .filter(event ->
                        query.message().isEmpty() || query.message().get().equals(EventQuery.hashOf(event.messageId())))
                .filter(event -> query.kinds().isEmpty() || query.kinds().contains(event.kind()))
                .filter(event -> query.from().isEmpty()
                        || event.occurredMillis() >= query.from().get().toEpochMilli())
                .filter(event -> query.to().isEmpty()
                        || event.occurredMillis() < query.to().get().toEpochMilli())
                .sorted(Comparator.comparingLong(EventHead::occurredMillis)
                        .reversed()
                        .thenComparing(event -> event.id().hex()))
                .map(event -> event.id().hex())
                .toList();
    }

    /** Partitions in folders of their own. */
    private Partitions open(int count, int seed) {
        Partitions partitions = new Partitions();
        for (int number = 0; number < count; number++) {
            partitions.open(EventStore.open(folder.resolve(seed + "-" + number), number, "topic"), 0);
        }
        return partitions;
    }

    private static void add(Partitions partitions, EventHead event) {
        List<Partitions.Held> all = List.copyOf(partitions.all());
        EventStore store =
                all.get(Math.floorMod(event.messageId().hashCode(), all.size())).store();
        long offset = store.nextOffset().orElse(0);
        store.add(List.of(RandomEvents.appended(event, 1_000)), offset + 1, nobody -> false);
    }

    private static EventPage page(Partitions partitions, EventQuery query) {
        EventPage page = new EventPage(query, partitions.expiredBeforeMillis());
        partitions.all().forEach(held -> page.addFrom(held.store()));
        List<byte[]> unused = page.events();
        assertThat(unused.size()).isLessThanOrEqualTo(query.limit());
        return page;
    }

    private static List<String> ids(List<byte[]> events) {
        return events.stream()
                .map(json -> EventHead.read(json).orElseThrow().id().hex())
                .toList();
    }

    @Test
    void what_was_read_and_up_to_where_is_there_after_a_reopening_and_to_read_it_again_changes_nothing() {
        List<EventStore.Appended> some = Stream.iterate(0, i -> i + 1)
                .limit(5)
                .map(i -> RandomEvents.appended(bounce(i, i), 100 + i))
                .toList();
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            assertThat(store.nextOffset()).isEmpty();
            store.add(some, 5, nobody -> false);
        }
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            assertThat(store.nextOffset()).hasValue(5);
            assertThat(store.streamMillis()).hasValue(104);
            List<String> before = ids(store);
            store.add(some, 5, nobody -> false);
            assertThat(ids(store)).isEqualTo(before).hasSize(5);
        }
    }

    @Test
    void rows_of_a_topic_that_is_no_more_are_gone() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            store.add(List.of(RandomEvents.appended(bounce(1, 1), 100)), 8, nobody -> false);
        }
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "another topic")) {
            assertThat(store.nextOffset()).isEmpty();
            assertThat(ids(store)).isEmpty();
            assertThat(store.unpublished(10)).isEmpty();
        }
    }

    @Test
    void what_was_appended_before_the_retention_is_hidden_and_then_removed_with_all_that_points_to_it() {
        try (Partitions partitions = new Partitions()) {
            EventStore store = EventStore.open(folder.resolve("0"), 0, "topic");
            partitions.open(store, 0);
            partitions.keep(Duration.ofSeconds(1));
            // The second happened long before the first, and was appended after it.
            store.add(
                    List.of(
                            RandomEvents.appended(bounce(1, 9_000), 5_000),
                            RandomEvents.appended(bounce(2, 10), 5_001),
                            RandomEvents.appended(bounce(3, 20), 6_001)),
                    3,
                    nobody -> false);
            store.published(store.unpublished(10));

            assertThat(partitions.expiredBeforeMillis()).isEqualTo(5_001);
            assertThat(ids(page(partitions, all(Optional.empty())).events())).containsExactly(hex(3), hex(2));
            assertThat(ids(store)).containsExactly(hex(1), hex(3), hex(2));
            assertThat(store.sweep(5_001)).isFalse();
            assertThat(ids(store)).containsExactly(hex(3), hex(2));
            assertThat(ids(page(partitions, all(Optional.of(RandomEvents.recipient(1))))
                            .events()))
                    .isEmpty();
            assertThat(store.suppression(new Addressee(CLINIC, RandomEvents.recipient(1))))
                    .isEmpty();
            assertThat(store.candidates(CLINIC, Optional.empty(), 10))
                    .containsExactly(RandomEvents.recipient(2), RandomEvents.recipient(3));
        }
    }

    @Test
    void an_event_that_was_published_again_stays_for_as_long_as_its_last_time() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            EventHead same = bounce(1, 10);
            store.add(List.of(RandomEvents.appended(same, 100)), 1, nobody -> false);
            store.add(List.of(RandomEvents.appended(same, 200)), 2, nobody -> false);
            assertThat(store.sweep(150)).isFalse();
            assertThat(ids(store)).containsExactly(hex(1));
            assertThat(store.sweep(201)).isFalse();
            assertThat(ids(store)).isEmpty();
        }
    }

    @Test
    void what_changes_while_it_is_published_stays_marked() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            store.add(List.of(RandomEvents.appended(bounce(1, 10), 100)), 1, nobody -> false);
            List<EventStore.Unpublished> first = store.unpublished(10);
            store.add(List.of(RandomEvents.appended(bounce(1, 11), 100)), 2, nobody -> false);
            store.published(first);
            assertThat(store.unpublished(10)).hasSize(1);
            store.published(store.unpublished(10));
            assertThat(store.unpublished(10)).isEmpty();
        }
    }

    @Test
    void a_closed_store_is_empty() {
        EventStore store = EventStore.open(folder.resolve("0"), 0, "topic");
        store.add(List.of(RandomEvents.appended(bounce(1, 10), 100)), 1, nobody -> false);
        store.close();
        assertThat(ids(store)).isEmpty();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void an_event_of_a_type_that_is_not_known_is_kept_and_what_is_no_event_is_none() {
        String later = "{\"id\":\"" + hex(1) + "\",\"type\":\"teleported\",\"senderDomain\":\"clinic.example\","
                + "\"messageId\":\"m\",\"occurredAt\":\"2026-04-18T20:27:26.001Z\"}";
        assertThat(head(later).map(EventHead::kind)).contains(EventKind.UNKNOWN);
        for (String none : List.of(
                "",
                "[]",
                "{}",
                "not json",
                later.replace("2026", "soon"),
                later.replace("\"id\"", "\"ID\""),
                later.replace("clinic.example", "not a host"))) {
            assertThat(head(none)).as(none).isEmpty();
        }
    }

    private static Optional<EventHead> head(String json) {
        return EventHead.read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything of the domain, read at once. */
    private static List<String> ids(EventStore store) {
        List<String> ids = new ArrayList<>();
        store.list(new EventList(CLINIC, Optional.empty(), Optional.empty()), Optional.empty(), (place, event) -> {
            ids.add(place.id().hex());
            return true;
        });
        return ids;
    }

    private static EventQuery all(Optional<RecipientKey> recipient) {
        return new EventQuery(
                CLINIC,
                recipient,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                10);
    }

    /** A hard bounce, by its number of a recipient of that number. */
    private static EventHead bounce(int number, long occurredMillis) {
        return new EventHead(
                new Fingerprint(hex(number)),
                EventKind.BOUNCED_HARD,
                CLINIC,
                Optional.of(RandomEvents.recipient(number)),
                "m",
                occurredMillis);
    }

    private static String hex(int number) {
        return String.format("%032x", number);
    }
}
