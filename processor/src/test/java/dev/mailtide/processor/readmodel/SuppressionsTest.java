package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Instances that read parts of the events and one topic of suppressions, in any order: reading, hearing and telling take turns
 * by chance, partitions move, and processes die between what they write and what they tell.
 */
class SuppressionsTest {

    private static final int PARTITIONS = 4;
    private static final int INSTANCES = 3;
    private static final int EVENTS = 160;

    @TempDir
    Path folder;

    private final List<List<EventStore.Appended>> events = new ArrayList<>();
    private final List<Suppressions.Heard> topic = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final Map<Integer, Instance> holders = new HashMap<>();
    private SplittableRandom random = new SplittableRandom(0);

    static IntStream seeds() {
        return IntStream.range(0, 16);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_topic_comes_to_say_what_all_know_together_and_then_nobody_says_anything_more(int seed) {
        random = new SplittableRandom(seed);
        Map<Addressee, SuppressionRow> expected = makeEvents(seed);
        for (int number = 0; number < INSTANCES; number++) {
            instances.add(new Instance(number));
        }
        IntStream.range(0, PARTITIONS).forEach(partition -> hold(instances.get(partition % INSTANCES), partition));
        for (int step = 0; step < 120; step++) {
            Instance one = instances.get(random.nextInt(INSTANCES));
            switch (random.nextInt(10)) {
                case 0 -> one.restart();
                case 1 -> hold(one, random.nextInt(PARTITIONS));
                case 2, 3, 4 -> one.read();
                case 5, 6 -> one.hear(1 + random.nextInt(5));
                case 7 -> one.tellAndDieBeforeItIsNoted();
                default -> one.tell();
            }
        }

        int rounds = 0;
        boolean isNews = true;
        while (isNews) {
            assertThat(rounds++).as("seed %d", seed).isLessThan(40);
            isNews = false;
            for (Instance one : instances) {
                suppressionsAreCompared(one);
                isNews |= one.read();
                isNews |= one.hear(topic.size());
                isNews |= one.tell();
            }
        }

        Map<Addressee, SuppressionRow> latest = new LinkedHashMap<>();
        topic.forEach(record -> latest.put(record.addressee(), record.row().orElseThrow()));
        latest.forEach((addressee, row) -> assertThat(row).isEqualTo(expected.get(addressee)));
        expected.forEach((addressee, row) -> {
            assertThat(latest.containsKey(addressee) || !row.isAgainst()).isTrue();
            instances.forEach(one -> assertThat(latest.containsKey(addressee) ? one.suppressions.row(addressee) : row)
                    .isEqualTo(row));
        });
        assertThat(latest).isNotEmpty();
        instances.forEach(Instance::close);
    }

    private void suppressionsAreCompared(Instance one) {
        IntStream.range(0, 3).forEach(twice -> one.suppressions.compare(one.view, 1_000));
    }

    private Map<Addressee, SuppressionRow> makeEvents(int seed) {
        IntStream.range(0, PARTITIONS).forEach(partition -> events.add(new ArrayList<>()));
        Map<Addressee, SuppressionRow> expected = new HashMap<>();
        RandomEvents some = new RandomEvents(seed);
        for (int i = 0; i < EVENTS; i++) {
            EventHead head = some.next();
            List<EventStore.Appended> partition =
                    events.get(Math.floorMod(head.messageId().hashCode(), PARTITIONS));
            partition.add(RandomEvents.appended(head, i));
            int appended = i;
            head.recipient()
                    .ifPresent(recipient -> SuppressionRow.of(head, appended)
                            .ifPresent(row ->
                                    expected.merge(new Addressee(head.domain(), recipient), row, SuppressionRow::and)));
        }
        return expected;
    }

    /** Gives a partition to an instance, as a rebalance does. */
    private void hold(Instance one, int partition) {
        Optional.ofNullable(holders.put(partition, one)).ifPresent(before -> before.partitions.close(partition));
        one.open(partition);
    }

    private final class Instance {

        private final Path data;
        private final Partitions partitions = new Partitions();
        private final Suppressions suppressions = new Suppressions(partitions);
        private SuppressionView view;

        Instance(int number) {
            this.data = folder.resolve("instance-" + number);
            this.view = SuppressionView.open(data.resolve("view"), "topic");
            suppressions.opened(view, false);
        }

        void open(int partition) {
            EventStore store = EventStore.open(data.resolve(Integer.toString(partition)), partition, "topic");
            partitions.open(store, store.nextOffset().orElse(0));
        }

        void restart() {
            List<Integer> held = partitions.all().stream()
                    .map(one -> one.store().partition())
                    .toList();
            close();
            // Either may be there first, and get on, before the other one is.
            boolean isViewFirst = random.nextBoolean();
            if (!isViewFirst) {
                held.forEach(this::open);
                boolean unused = read();
            }
            view = SuppressionView.open(data.resolve("view"), "topic");
            suppressions.opened(view, false);
            if (isViewFirst) {
                boolean unused = hear(1 + random.nextInt(20));
                held.forEach(this::open);
            }
        }

        boolean read() {
            boolean hasRead = false;
            for (Partitions.Held one : partitions.all()) {
                List<EventStore.Appended> all = events.get(one.store().partition());
                int from = (int) one.store().nextOffset().orElse(0);
                int until = Math.min(all.size(), from + 1 + random.nextInt(8));
                if (until > from) {
                    one.store().add(all.subList(from, until), until, suppressions);
                    hasRead = true;
                }
            }
            return hasRead;
        }

        boolean hear(int most) {
            int from = (int) view.nextOffset(0).orElse(0);
            int until = Math.min(topic.size(), from + most);
            if (until > from) {
                suppressions.heard(view, List.copyOf(topic.subList(from, until)), Map.of(0, (long) until));
            }
            return until > from;
        }

        boolean tell() {
            suppressions.compare(view, 1 + random.nextInt(10));
            Suppressions.News news = send();
            suppressions.told(view, news);
            return !news.rows().isEmpty();
        }

        void tellAndDieBeforeItIsNoted() {
            send();
            restart();
        }

        private Suppressions.News send() {
            Suppressions.News news = suppressions.news(view, 1 + random.nextInt(20));
            news.rows().forEach((addressee, row) -> topic.add(new Suppressions.Heard(addressee, Optional.of(row))));
            return news;
        }

        void close() {
            partitions.close();
            suppressions.closed();
        }
    }
}
