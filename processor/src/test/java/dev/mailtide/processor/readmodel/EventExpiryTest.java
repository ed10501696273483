package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.RecipientKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not kept any more: hidden at once, removed bit by bit, with all that points to it. */
class EventExpiryTest {

    @TempDir
    Path folder;

    @Test
    void what_was_appended_before_the_retention_is_hidden_and_then_removed_with_all_that_points_to_it() {
        try (Partitions partitions = new Partitions()) {
            EventStore store = EventStore.open(folder.resolve("0"), 0, "topic");
            partitions.open(store, 0);
            partitions.keep(Duration.ofSeconds(1));
            // The second happened long before the first, and was appended after it.
            store.add(
                    List.of(
                            RandomEvents.appended(RandomEvents.bounce(1, 9_000), 5_000),
                            RandomEvents.appended(RandomEvents.bounce(2, 10), 5_001),
                            RandomEvents.appended(RandomEvents.bounce(3, 20), 6_001)),
                    3,
                    nobody -> false);
            store.published(store.unpublished(10));

            assertThat(partitions.expiredBeforeMillis()).isEqualTo(5_001);
            assertThat(ids(page(partitions, Optional.empty())))
                    .containsExactly(RandomEvents.hex(3), RandomEvents.hex(2));
            assertThat(RandomEvents.ids(store))
                    .containsExactly(RandomEvents.hex(1), RandomEvents.hex(3), RandomEvents.hex(2));
            assertThat(store.sweep(5_001)).isFalse();
            assertThat(RandomEvents.ids(store)).containsExactly(RandomEvents.hex(3), RandomEvents.hex(2));
            assertThat(RandomEvents.idsOfAll(store)).containsExactly(RandomEvents.hex(3), RandomEvents.hex(2));
            assertThat(ids(page(partitions, Optional.of(RandomEvents.recipient(1)))))
                    .isEmpty();
            assertThat(store.suppression(new Addressee(RandomEvents.CLINIC, RandomEvents.recipient(1))))
                    .isEmpty();
            assertThat(store.candidates(RandomEvents.CLINIC, Optional.empty(), 10))
                    .containsExactly(RandomEvents.recipient(2), RandomEvents.recipient(3));
        }
    }

    @Test
    void an_event_that_was_published_again_stays_for_as_long_as_its_last_time() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            EventHead same = RandomEvents.bounce(1, 10);
            store.add(List.of(RandomEvents.appended(same, 100)), 1, nobody -> false);
            store.add(List.of(RandomEvents.appended(same, 200)), 2, nobody -> false);
            assertThat(store.sweep(150)).isFalse();
            assertThat(RandomEvents.ids(store)).containsExactly(RandomEvents.hex(1));
            assertThat(store.sweep(201)).isFalse();
            assertThat(RandomEvents.ids(store)).isEmpty();
        }
    }

    @Test
    void nothing_that_pointed_to_what_was_removed_stays_on_the_disk() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            store.add(
                    List.of(
                            RandomEvents.appended(RandomEvents.bounce(1, 10), 100),
                            RandomEvents.appended(RandomEvents.bounce(2, 10), 100)),
                    1,
                    nobody -> false);
            store.published(store.unpublished(10));
            assertThat(store.sweep(101)).isFalse();
        }
        try (Database rows = Database.open(folder.resolve("0"), EventStore.ROWS_VERSION + "topic")) {
            List<Character> tables = new ArrayList<>();
            rows.scan(new byte[0], new byte[0], (key, value) -> tables.add((char) key[0]));
            assertThat(tables).isNotEmpty().containsOnly((char) RowKeys.NOTE);
        }
    }

    private static List<byte[]> page(Partitions partitions, Optional<RecipientKey> recipient) {
        EventQuery query = new EventQuery(
                Optional.of(RandomEvents.CLINIC),
                recipient,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                10);
        EventPage page = new EventPage(query, partitions.expiredBeforeMillis());
        partitions.all().forEach(held -> page.addFrom(held.store()));
        return page.events();
    }

    private static List<String> ids(List<byte[]> events) {
        return events.stream()
                .map(json -> EventHead.read(json).orElseThrow().id().hex())
                .toList();
    }
}
