package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
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
    void rows_that_turn_out_to_be_damaged_are_deleted_by_the_next_who_opens_them_to_be_read_again() throws Exception {
        Path rows = folder.resolve("0");
        List<EventStore.Appended> some = Stream.iterate(0, i -> i + 1)
                .limit(2_000)
                .map(i -> RandomEvents.appended(RandomEvents.bounce(i, i), 100 + i))
                .toList();
        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            store.add(some, 2_000, nobody -> false);
        }
        // What is only in its log is written into a table of its own when it is opened again.
        EventStore.open(rows, 0, "topic").close();
        damageAllBlocks(onlyTableIn(rows));

        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            store.requireSound();
            assertThatThrownBy(() -> RandomEvents.ids(store)).isInstanceOf(DatabaseException.class);
            assertThatThrownBy(store::requireSound).isInstanceOf(DatabaseException.class);
        }
        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            store.requireSound();
            assertThat(store.nextOffset()).isEmpty();
            assertThat(RandomEvents.ids(store)).isEmpty();
            store.add(some, 2_000, nobody -> false);
            assertThat(RandomEvents.ids(store)).hasSize(2_000);
        }
    }

    private static Path onlyTableIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> tables =
                    files.filter(file -> file.toString().endsWith(".sst")).toList();
            assertThat(tables).hasSize(1);
            return tables.get(0);
        }
    }

    /** But for its end, which tells where everything is, and is read when it is opened. */
    private static void damageAllBlocks(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length * 3 / 4; i += 512) {
            bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
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
