package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was read of a partition, on a disk, and what a kill leaves of it. */
class EventStoreTest {

    @TempDir
    Path folder;

    @Test
    void what_was_read_and_up_to_where_is_there_after_a_reopening_and_to_read_it_again_changes_nothing() {
        List<EventStore.Appended> some = Stream.iterate(0, i -> i + 1)
                .limit(5)
                .map(i -> RandomEvents.appended(RandomEvents.bounce(i, i), 100 + i))
                .toList();
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            assertThat(store.nextOffset()).isEmpty();
            store.add(some, 5, nobody -> false);
        }
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            assertThat(store.nextOffset()).hasValue(5);
            assertThat(store.streamMillis()).hasValue(104);
            List<String> before = RandomEvents.ids(store);
            store.add(some, 5, nobody -> false);
            assertThat(RandomEvents.ids(store)).isEqualTo(before).hasSize(5);
        }
    }

    @Test
    void rows_of_a_topic_that_is_no_more_are_gone() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            store.add(List.of(RandomEvents.appended(RandomEvents.bounce(1, 1), 100)), 8, nobody -> false);
        }
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "another topic")) {
            assertThat(store.nextOffset()).isEmpty();
            assertThat(RandomEvents.ids(store)).isEmpty();
            assertThat(store.unpublished(10)).isEmpty();
        }
    }

    @Test
    void what_changes_while_it_is_published_stays_marked() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            store.add(List.of(RandomEvents.appended(RandomEvents.bounce(1, 10), 100)), 1, nobody -> false);
            List<EventStore.Unpublished> first = store.unpublished(10);
            store.add(List.of(RandomEvents.appended(RandomEvents.bounce(1, 11), 100)), 2, nobody -> false);
            store.published(first);
            assertThat(store.unpublished(10)).hasSize(1);
            store.published(store.unpublished(10));
            assertThat(store.unpublished(10)).isEmpty();
        }
    }

    @Test
    void a_closed_store_is_empty() {
        EventStore store = EventStore.open(folder.resolve("0"), 0, "topic");
        store.add(List.of(RandomEvents.appended(RandomEvents.bounce(1, 10), 100)), 1, nobody -> false);
        store.close();
        assertThat(RandomEvents.ids(store)).isEmpty();
        assertThat(store.bytes()).isZero();
    }
}
