package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.ingest.spool.CrashJournal.Survival;
import dev.mailtide.ingest.spool.ModelDisk.Operation;
import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise of the spool, for a loss of power after any action of a run in which everything else fails, too. For more
 * than a few runs: {@code -Dmailtide.test.spool-runs=200}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolPowerLossTest {

    private static final Path FOLDER = Path.of("spool");
    private static final SpoolSettings SETTINGS =
            new SpoolSettings(FOLDER, 1_000_000, 0, 3_000, Duration.ofMinutes(10), new QueueLimits(1_000, 1_000_000));
    private static final int ENTRIES = 80;
    private static final List<Survival> WAYS = List.of(Survival.values());

    /** What happened at all, over all runs. */
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("mailtide.test.spool-runs", 4));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_was_promised_is_there_after_power_is_lost_at_any_point(long seed) throws Exception {
        CrashJournal journal = new Run(seed).journal();
        Random random = new Random(seed);
        for (int first = 0; first <= journal.length(); first++) {
            // One way each time, shifted from seed to seed.
            Survival survival = WAYS.get((int) ((first + seed) % WAYS.size()));
            String where = "seed " + seed + ", power lost after action " + first + ", surviving: " + survival;
            recoversAfter(journal, first, journal.crashed(first, survival, random), where);
        }
        SEEN.addAll(journal.notes(journal.length()).stream()
                .map(note -> note.substring(0, note.indexOf(' ')))
                .toList());
    }

    @AfterAll
    static void the_runs_were_worth_it() {
        assertThat(SEEN).containsExactlyInAnyOrder("kept", "done", "acked", "aside");
    }

    private static void recoversAfter(CrashJournal journal, int first, ModelDisk disk, String where) throws Exception {
        Set<String> notes = journal.notes(first);
        Set<Integer> kept = numbers(notes, "kept ");
        kept.removeAll(numbers(notes, "done "));
        Set<Integer> due = recovered(disk, where);
        assertThat(due).as(where).containsAll(kept);
        assertThat(recovered(disk, where)).as(where + ", recovered twice").isEqualTo(due);
        // A frame that was refused and yet recovered is nobody's promise, nor is a second copy of one that Kafka has.
        Set<Integer> setAside = numbers(notes, "aside ");
        setAside.retainAll(numbers(notes, "kept "));
        setAside.removeAll(numbers(notes, "acked "));
        Set<Integer> somewhere = new TreeSet<>(due);
        somewhere.addAll(aside(disk));
        assertThat(somewhere).as(where + ", set aside").containsAll(setAside);
    }

    private static Set<Integer> recovered(ModelDisk disk, String where) throws InterruptedException {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            return Entries.due(spool);
        } catch (AssertionError e) {
            throw new AssertionError(where, e);
        }
    }

    /** The numbers of the whole entries under aside/. */
    private static Set<Integer> aside(ModelDisk disk) throws IOException {
        Set<Integer> numbers = new TreeSet<>();
        for (SpoolFolder.Segment segment : new SpoolFolder(FOLDER).list(disk).aside()) {
            try (SegmentReader reader = new SegmentReader(disk.open(segment.file()))) {
                Optional<SegmentReader.Part> part = reader.next(segment.bytes());
                while (part.isPresent()) {
                    if (part.get() instanceof SegmentReader.Frame frame) {
                        entry(frame.payload()).ifPresent(number -> numbers.add(number));
                    }
                    part = reader.next(segment.bytes());
                }
            }
        }
        return numbers;
    }

    private static Optional<Integer> entry(ByteBuffer payload) {
        return FrameCodec.entryOf(payload).filter(Entries::isWhole).map(Entries::number);
    }

    private static Set<Integer> numbers(Set<String> notes, String what) {
        Set<Integer> numbers = new TreeSet<>();
        notes.stream()
                .filter(note -> note.startsWith(what))
                .forEach(note -> numbers.add(Integer.valueOf(note.substring(what.length()))));
        return numbers;
    }

    /** A spool that is used for a while: by a sender, a drainer that is acked, put off and refused, and a failing disk. */
    private static final class Run {

        private final Random random;
        private final ModelDisk disk = new ModelDisk();
        private final List<Due> handedOut = new ArrayList<>();
        private final List<CompletableFuture<FrameRef>> answers = new ArrayList<>();
        private final List<Runnable> sends = new ArrayList<>();

        Run(long seed) {
            random = new Random(seed);
            disk.writingShort(new Random(seed));
        }

        CrashJournal journal() throws Exception {
            int next = 0;
            while (next < ENTRIES) {
                // In several lives, the last of which ends in the middle.
                try (Spool spool = Spool.open(SETTINGS, disk)) {
                    int until = next + ENTRIES / 4;
                    while (next < until) {
                        next = step(spool, next);
                    }
                    settle(spool);
                }
                handedOut.clear();
                sends.clear();
            }
            return disk.journal();
        }

        private int step(Spool spool, int next) throws Exception {
            switch (random.nextInt(12)) {
                case 0 -> failSomething();
                case 1, 2, 3 -> spool.poll(Duration.ZERO).ifPresent(handedOut::add);
                case 4, 5 -> endOne(spool);
                case 6 -> settle(spool);
                case 7 -> disk.move(Duration.ofMinutes(random.nextInt(8)));
                case 8 -> decideOne();
                default -> {
                    int burst = 1 + random.nextInt(4);
                    IntStream.range(next, next + burst).forEach(number -> append(spool, number));
                    return next + burst;
                }
            }
            return next;
        }

        private void append(Spool spool, int number) {
            CompletableFuture<FrameRef> answer;
            if (random.nextInt(4) == 0) {
                CompletableFuture<Boolean> send = new CompletableFuture<>();
                boolean stored = random.nextBoolean();
                sends.add(() -> decide(number, stored, send));
                answer = spool.append(Entries.of(number), send);
            } else {
                answer = spool.append(Entries.of(number));
            }
            answers.add(answer.whenComplete((ref, refused) -> noteKept(number, refused == null)));
        }

        private void noteKept(int number, boolean kept) {
            if (kept) {
                disk.journal().note("kept " + number);
            }
        }

        private void decide(int number, boolean stored, CompletableFuture<Boolean> send) {
            if (stored) {
                disk.journal().note("done " + number);
                disk.journal().note("acked " + number);
            }
            send.complete(stored);
        }

        private void decideOne() {
            if (!sends.isEmpty()) {
                sends.remove(random.nextInt(sends.size())).run();
            }
        }

        private void endOne(Spool spool) {
            if (handedOut.isEmpty()) {
                return;
            }
            Due due = handedOut.remove(random.nextInt(handedOut.size()));
            int number = Entries.number(due.entry());
            switch (random.nextInt(6)) {
                case 0 -> spool.again(due.ref());
                case 1 -> {
                    disk.journal().note("done " + number);
                    spool.setAside(due.ref(), "RecordTooLarge");
                    disk.journal().note("aside " + number);
                }
                default -> {
                    disk.journal().note("done " + number);
                    disk.journal().note("acked " + number);
                    spool.acked(due.ref());
                }
            }
        }

        private void failSomething() {
            Operation[] operations = {
                Operation.FORCE,
                Operation.FORCE,
                Operation.WRITE,
                Operation.CREATE,
                Operation.FORCE_FOLDER,
                Operation.RENAME,
                Operation.DELETE,
                Operation.TRUNCATE
            };
            disk.failing(operations[random.nextInt(operations.length)], 1 + random.nextInt(2));
        }

        private void settle(Spool spool) {
            for (CompletableFuture<FrameRef> answer : answers) {
                answer.exceptionally(refused -> new FrameRef(0, 0)).join();
            }
            answers.clear();
            // Without this the run would be over before the first probe.
            disk.move(Duration.ofSeconds(10));
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> spool.status().problem().isEmpty());
        }
    }
}
