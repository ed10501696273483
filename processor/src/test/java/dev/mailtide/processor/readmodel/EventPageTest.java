package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.file.Path;
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

/** Pages of lists over several partitions. */
class EventPageTest {

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
                    EventPage page = page(partitions, query.page(after, query.limit()));
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
                assertThat(ids(page(partitions, query.page(Optional.empty(), 1_000))
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
                domain(random),
                recipient,
                message,
                kinds,
                time(random, 20),
                time(random, 50),
                Optional.empty(),
                1 + random.nextInt(9));
    }

    private static Optional<SenderDomain> domain(Random random) {
        return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(RandomEvents.DOMAINS.get(random.nextInt(3)));
    }

    private static Optional<Instant> time(Random random, int second) {
        return random.nextInt(3) == 0
                ? Optional.of(Instant.ofEpochMilli(RandomEvents.BEGIN + second * 1000L))
                : Optional.empty();
    }

    /** The slow and obvious way. */
    private static List<String> expected(List<EventHead> events, EventQuery query) {
        return events.stream()
                .filter(event ->
                        query.domain().isEmpty() || query.domain().get().equals(event.domain()))
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
                        .thenComparing(event -> event.id().hex())
                        .thenComparing(event -> event.domain().name()))
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
    void events_of_two_domains_with_one_id_and_time_are_both_in_the_list_of_all_and_each_in_its_own() {
        EventHead one = ofDomain("a.example");
        EventHead other = ofDomain("b.example");
        try (Partitions partitions = open(1, 0)) {
            add(partitions, one);
            add(partitions, other);
            EventQuery all = new EventQuery(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    1);
            EventPage first = page(partitions, all);
            assertThat(domains(first)).containsExactly("a.example");
            EventPage second = page(partitions, all.page(first.end(), 1));
            assertThat(domains(second)).containsExactly("b.example");
            assertThat(second.end()).isEmpty();
            assertThat(domains(page(partitions, all.of(Optional.of(other.domain())))))
                    .containsExactly("b.example");
        }
    }

    private static EventHead ofDomain(String domain) {
        return new EventHead(
                new Fingerprint("7f".repeat(16)),
                EventKind.DELIVERED,
                new SenderDomain(domain),
                Optional.of(RandomEvents.recipient(1)),
                "m",
                RandomEvents.BEGIN);
    }

    private static List<String> domains(EventPage page) {
        return page.events().stream()
                .map(json -> EventHead.read(json).orElseThrow().domain().name())
                .toList();
    }
}
