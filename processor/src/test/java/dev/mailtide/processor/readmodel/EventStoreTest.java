package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was read of a partition, on a disk, and what a kill leaves of it. */
class EventStoreTest {

    private static final int EVENTS = 1_000;

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

    @ParameterizedTest
    @ValueSource(strings = {".sst", ".blob"})
    void rows_that_turn_out_to_be_damaged_are_deleted_by_the_next_who_opens_them_to_be_read_again(String kind)
            throws Exception {
        Path rows = writeTables();
        damage(onlyFileIn(rows, kind));

        // It tells where to go on in the one, and events in the other.
        assertThatThrownBy(() -> readAll(rows)).isInstanceOf(DatabaseException.class);
        assertBeginsAnew(rows);
    }

    @Test
    void events_whose_file_is_gone_are_read_again_too() throws Exception {
        Path rows = writeTables();
        Files.delete(onlyFileIn(rows, ".blob"));

        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            assertThat(store.isDamaged()).isFalse();
            assertThatThrownBy(() -> RandomEvents.ids(store)).isInstanceOf(DatabaseException.class);
            assertThat(store.isDamaged()).isTrue();
        }
        assertBeginsAnew(rows);
    }

    @Test
    void a_folder_whose_deletion_was_broken_off_is_deleted_to_its_end() throws Exception {
        Path rows = writeTables();
        // As a kill leaves it: marked, and without the files that a database begins with.
        Files.write(rows.resolve("MAILTIDE-DAMAGED"), new byte[0]);
        Files.delete(onlyFileIn(rows, ".sst"));

        assertBeginsAnew(rows);
    }

    /** Many events, in tables and no more in a log alone. */
    private Path writeTables() {
        Path rows = folder.resolve("0");
        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            store.add(largeEvents(0), EVENTS, nobody -> false);
        }
        // What is only in its log is written into tables when it is opened again.
        EventStore.open(rows, 0, "topic").close();
        return rows;
    }

    private static List<EventStore.Appended> largeEvents(int from) {
        return IntStream.range(from, from + EVENTS)
                .mapToObj(i -> {
                    byte[] json = new byte[1_000];
                    new SplittableRandom(i).nextBytes(json);
                    return new EventStore.Appended(100 + i, RandomEvents.bounce(i, i), ByteBuffer.wrap(json));
                })
                .toList();
    }

    private static void readAll(Path rows) {
        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            assertThat(RandomEvents.ids(store)).hasSize(EVENTS);
        }
    }

    private static void assertBeginsAnew(Path rows) {
        try (EventStore store = EventStore.open(rows, 0, "topic")) {
            assertThat(store.isDamaged()).isFalse();
            assertThat(store.nextOffset()).isEmpty();
            assertThat(RandomEvents.ids(store)).isEmpty();
            store.add(largeEvents(0), EVENTS, nobody -> false);
        }
        readAll(rows);
    }

    private static Path onlyFileIn(Path folder, String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(kind)).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    /** But for its end, which tells where everything is, and is read when it is opened. */
    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length * 3 / 4; i += 512) {
            bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
    }

    @Test
    void the_disk_is_free_again_when_events_expire() {
        try (EventStore store = EventStore.open(folder.resolve("0"), 0, "topic")) {
            long most = 0;
            for (int round = 0; round < 60; round++) {
                store.add(largeEvents(round * EVENTS), round, nobody -> false);
                while (store.sweep(100L + (round - 4L) * EVENTS)) {
                    most = Math.max(most, store.bytes());
                }
                most = Math.max(most, store.bytes());
            }
            // Sixty thousand were written with a kilobyte each, and five thousand are kept at a time.
            assertThat(most).isBetween(5_000L * EVENTS, 30_000L * EVENTS);
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
