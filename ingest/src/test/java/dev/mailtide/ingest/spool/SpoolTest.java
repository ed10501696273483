package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.ingest.access.CapturedLog;
import dev.mailtide.ingest.spool.SpoolRefusedException.Reason;
import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolTest {

    private static final Path FOLDER = Path.of("spool");
    private static final SpoolFolder FILES = new SpoolFolder(FOLDER);
    private static final SpoolSettings SETTINGS = Spools.settings(FOLDER);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final ModelDisk disk = new ModelDisk();

    @Test
    void what_is_appended_is_due_oldest_first_until_it_is_acked() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1, 2, 3);
            Due first = spool.poll(Duration.ZERO).orElseThrow();
            Due second = spool.poll(Duration.ZERO).orElseThrow();
            spool.again(second.ref());
            spool.again(first.ref());
            assertThat(Entries.due(spool)).containsExactly(1, 2, 3);
            assertThat(spool.status().framesWaiting()).isEqualTo(3);
            spool.acked(first.ref());
            spool.acked(first.ref());
            assertThat(spool.status().framesWaiting()).isEqualTo(2);
            assertThat(spool.status().oldestWaiting()).contains(Instant.ofEpochMilli(Entries.RECEIVED_AT + 2));
            assertThat(spool.status().framesEstimated()).isFalse();
        }
    }

    @Test
    void what_is_not_acked_is_due_in_the_next_process() throws Exception {
        Spools.left(SETTINGS, disk, 1, 2, 3);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(spool.status().framesEstimated()).isTrue();
            assertThat(spool.status().oldestWaiting()).contains(Instant.ofEpochMilli(Entries.RECEIVED_AT + 1));
            assertThat(Entries.due(spool)).containsExactly(1, 2, 3);
            append(spool, 4);
            assertThat(Entries.due(spool)).containsExactly(4);
        }
    }

    @Test
    void segments_in_which_a_killed_process_left_nothing_are_put_away() {
        Spools.left(SETTINGS, disk, 1);
        disk.put(FILES.waiting(2), new byte[0]);
        disk.put(
                FILES.waiting(3),
                new SegmentHeader(SegmentHeader.VERSION, 5).encoded().array());
        Spool.open(SETTINGS, disk).close();
        assertThat(disk.files()).containsExactly(FILES.waiting(1));
    }

    @Test
    void a_segment_is_kept_for_the_grace_after_it_is_drained_and_is_not_drained_again() throws Exception {
        SpoolSettings patient = with(1_000_000, 0, Duration.ofMinutes(10));
        Spools.left(patient, disk, 1, 2);
        try (Spool spool = Spool.open(patient, disk)) {
            assertThat(Spools.drain(spool)).isEqualTo(2);
        }
        assertThat(disk.files()).containsExactly(FILES.drained(1));
        try (Spool spool = Spool.open(patient, disk)) {
            assertThat(Entries.due(spool)).isEmpty();
            disk.move(Duration.ofMinutes(9));
            append(spool, 3);
            assertThat(disk.files()).contains(FILES.drained(1));
            disk.move(Duration.ofMinutes(2));
            await().atMost(DEADLINE).until(() -> !disk.files().contains(FILES.drained(1)));
        }
    }

    @Test
    void an_idle_segment_that_is_drained_is_put_away_so_that_a_crash_repeats_nothing() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1, 2);
            Spools.drain(spool);
            disk.move(Duration.ofSeconds(2));
            await().atMost(DEADLINE).until(() -> disk.files().isEmpty());
            assertThat(spool.status().bytesOnDisk()).isEqualTo(0);
            append(spool, 3);
            assertThat(Entries.due(spool)).containsExactly(3);
        }
    }

    @Test
    void in_doubt_it_is_not_due_and_a_first_send_that_succeeds_makes_it_done() throws Exception {
        CompletableFuture<Boolean> send = new CompletableFuture<>();
        CompletableFuture<Boolean> decided = CompletableFuture.completedFuture(true);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1), send).join();
            spool.append(Entries.of(2), decided).join();
            append(spool, 3);
            assertThat(spool.status().framesInDoubt()).isEqualTo(1);
            assertThat(Entries.due(spool)).containsExactly(3);
            send.complete(true);
            assertThat(Entries.due(spool)).isEmpty();
            assertThat(spool.status().framesWaiting()).isEqualTo(1);
            assertThat(spool.status().framesInDoubt()).isEqualTo(0);
        }
    }

    @Test
    void a_first_send_that_fails_before_or_after_its_turn_makes_it_due() throws Exception {
        CompletableFuture<Boolean> early = new CompletableFuture<>();
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1), early).join();
            spool.append(Entries.of(2), late).join();
            early.completeExceptionally(new IllegalStateException("time-out"));
            assertThat(Entries.due(spool)).containsExactly(1);
            late.complete(false);
            assertThat(Entries.due(spool)).containsExactly(2);
        }
    }

    @Test
    void a_first_send_that_fails_after_its_turn_tells_how_long_it_has_waited() throws Exception {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1), late).join();
            append(spool, 2);
            assertThat(Entries.due(spool)).containsExactly(2);
            assertThat(spool.status().oldestWaiting()).contains(Instant.ofEpochMilli(Entries.RECEIVED_AT + 2));
            late.complete(false);
            assertThat(spool.status().oldestWaiting()).contains(Instant.ofEpochMilli(Entries.RECEIVED_AT + 1));
        }
    }

    @Test
    void the_oldest_of_those_that_tell_their_time_is_the_oldest_that_waits() throws Exception {
        SpoolEntry timeless = new SpoolEntry("receipt-0", List.of(), new byte[0]);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(timeless).join();
            append(spool, 1);
            assertThat(spool.poll(Duration.ZERO)).isPresent();
            assertThat(spool.poll(Duration.ZERO)).isPresent();
            assertThat(spool.status().oldestWaiting()).contains(Instant.ofEpochMilli(Entries.RECEIVED_AT + 1));
        }
    }

    @Test
    void a_segment_in_doubt_is_not_deleted_before_the_doubt_is_over() throws Exception {
        CompletableFuture<Boolean> send = new CompletableFuture<>();
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            spool.append(Entries.of(1), send).join();
            assertThat(Entries.due(spool)).isEmpty();
        }
        assertThat(disk.files()).containsExactly(FILES.waiting(1));
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            // This process knows nothing of that send.
            assertThat(Entries.due(spool)).containsExactly(1);
        }
    }

    @Test
    void what_kafka_refuses_is_kept_aside_with_the_reason_and_the_rest_goes_on() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1, 2);
            spool.setAside(spool.poll(Duration.ZERO).orElseThrow().ref(), "RecordTooLargeException");
            assertThat(spool.status().framesSetAside()).isEqualTo(1);
            assertThat(Spools.drain(spool)).isEqualTo(1);
        }
        assertThat(disk.files()).containsExactly(FILES.asideLog(1));
        assertThat(new String(disk.bytes(FILES.asideLog(1)), StandardCharsets.ISO_8859_1))
                .contains("RecordTooLargeException", Entries.id(1))
                .doesNotContain(Entries.id(2));
    }

    @Test
    void more_than_the_quota_is_refused_as_full_and_what_is_there_is_drained_and_makes_room() throws Exception {
        SpoolSettings small = with(3_000, 0, Duration.ofMinutes(10));
        try (Spool spool = Spool.open(small, disk)) {
            List<Object> results = results(spool, IntStream.range(0, 30).toArray());
            assertThat(results).contains(Reason.FULL);
            assertThat(spool.status().bytesOnDisk()).isLessThanOrEqualTo(3_000);
            assertThat(spool.status().problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("spool.bytes-max"));
            Spools.drain(spool);
            disk.move(Duration.ofSeconds(2));
            // The grace of ten minutes ends early, since the room is needed.
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            append(spool, 31);
        }
    }

    @Test
    void one_body_that_finds_no_room_is_no_reason_to_say_that_the_spool_takes_nothing() throws Exception {
        try (Spool spool = Spool.open(with(200_000, 0, Duration.ofMinutes(10)), disk)) {
            assertThat(reasonOf(spool.append(Entries.with(1, new byte[300_000]))))
                    .contains(Reason.FULL);
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            append(spool, 2);
        }
    }

    @Test
    void a_smaller_quota_than_what_is_there_refuses_the_new_and_drains_the_old() throws Exception {
        Spools.left(SETTINGS, disk, IntStream.range(0, 30).toArray());
        try (Spool spool = Spool.open(with(1_000, 0, Duration.ZERO), disk)) {
            assertThat(results(spool, 31)).containsExactly(Reason.FULL);
            assertThat(Spools.drain(spool)).isEqualTo(30);
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            append(spool, 32);
        }
    }

    @Test
    void the_reserve_of_the_disk_is_left_free() throws Exception {
        disk.holding(10_000);
        try (Spool spool = Spool.open(with(1_000_000, 8_000, Duration.ZERO), disk)) {
            assertThat(results(spool, IntStream.range(0, 30).toArray())).contains(Reason.FULL);
            assertThat(disk.usableBytes(FOLDER)).isBetween(8_000L, 10_000L);
            assertThat(spool.status().problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("spool.reserve-bytes"));
            disk.holding(100_000);
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            append(spool, 31);
        }
    }

    @Test
    void a_disk_that_is_full_in_the_middle_of_a_write_refuses_drains_with_no_byte_free_and_heals_alone()
            throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1, 2, 3);
            disk.holding(disk.used() + 40);
            assertThat(results(spool, 4)).containsExactly(Reason.FULL);
            assertThat(spool.status().problem()).contains("its disk is full");
            disk.holding(disk.used());
            assertThat(Spools.drain(spool)).isEqualTo(3);
            await().atMost(DEADLINE).until(() -> disk.files().isEmpty());
            disk.holding(1_000_000);
            heals(spool);
            append(spool, 5);
        }
    }

    @Test
    void a_segment_that_somebody_puts_under_a_number_to_come_is_left_alone() throws Exception {
        byte[] foreign = {1, 2, 3};
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            disk.put(FILES.waiting(1), foreign);
            disk.put(FILES.waiting(2), foreign);
            append(spool, 1);
            assertThat(Spools.drain(spool)).isEqualTo(1);
        }
        assertThat(disk.bytes(FILES.waiting(1))).isEqualTo(foreign);
        assertThat(disk.bytes(FILES.waiting(2))).isEqualTo(foreign);
    }

    @Test
    void what_was_set_aside_stays_when_the_next_file_for_it_cannot_be_made() throws Exception {
        SpoolSettings small =
                new SpoolSettings(FOLDER, 1_000_000, 0, 1, Duration.ZERO, new QueueLimits(1_000, 1_000_000));
        try (Spool spool = Spool.open(small, disk)) {
            append(spool, 1, 2);
            spool.setAside(spool.poll(Duration.ZERO).orElseThrow().ref(), "too large");
            Path log = disk.files().stream()
                    .filter(file -> file.startsWith(FILES.aside()))
                    .findFirst()
                    .orElseThrow();
            byte[] kept = disk.bytes(log);
            disk.failing(ModelDisk.Operation.FORCE_FOLDER, 1);
            spool.setAside(spool.poll(Duration.ZERO).orElseThrow().ref(), "too large");
            assertThat(disk.bytes(log)).isEqualTo(kept);
        }
    }

    @Test
    void a_disk_that_was_full_takes_again_as_soon_as_a_segment_is_deleted() throws Exception {
        int[] many = IntStream.range(0, 900).toArray();
        try (Spool spool = Spool.open(with(1_000_000, 0, Duration.ZERO), disk)) {
            append(spool, many);
            disk.stopTime();
            disk.holding(disk.used() + 40);
            assertThat(results(spool, 901)).containsExactly(Reason.FULL);
            assertThat(Spools.drain(spool)).isEqualTo(many.length);
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            append(spool, 902);
        }
    }

    @Test
    void a_disk_full_of_drained_segments_takes_again_before_their_grace_is_over() throws Exception {
        int[] many = IntStream.range(0, 900).toArray();
        try (Spool spool = Spool.open(with(1_000_000, 0, Duration.ofMinutes(10)), disk)) {
            append(spool, many);
            assertThat(disk.used()).isGreaterThan(70_000);
            disk.holding(disk.used() + 40);
            assertThat(results(spool, 901)).containsExactly(Reason.FULL);
            assertThat(Spools.drain(spool)).isEqualTo(many.length);
            heals(spool);
            append(spool, 902);
        }
    }

    @Test
    void a_disk_that_is_full_when_a_segment_is_begun_refuses_and_heals_alone() throws Exception {
        disk.holding(10);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            assertThat(results(spool, 1)).containsExactly(Reason.FULL);
            disk.holding(1_000_000);
            heals(spool);
            append(spool, 2);
            assertThat(Entries.due(spool)).containsExactly(2);
        }
    }

    @Test
    void after_a_failed_force_the_entries_stand_in_another_segment_and_the_file_is_not_forced_again() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1);
            disk.failing(ModelDisk.Operation.FORCE, 1);
            assertThat(spool.append(Entries.of(2)).join()).isEqualTo(new FrameRef(2, SegmentHeader.BYTES));
            assertThat(Entries.due(spool)).containsExactly(1, 2);
        }
    }

    @Test
    void a_disk_that_takes_nothing_is_an_honest_refusal_until_it_takes_writes_again() throws Exception {
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            append(spool, 1);
            disk.readOnly(true);
            assertThat(results(spool, 2)).containsExactly(Reason.FAILED);
            assertThat(results(spool, 3)).containsExactly(Reason.FAILED);
            assertThat(spool.status().problem())
                    .contains("its disk does not take writes (java.io.IOException: Read-only file system)");
            assertThat(Entries.due(spool)).containsExactly(1);
            disk.readOnly(false);
            heals(spool);
            append(spool, 4);
            assertThat(Entries.due(spool)).containsExactly(4);
        }
    }

    @Test
    void what_cannot_be_deleted_is_tried_again_until_it_can() throws Exception {
        Spools.left(SETTINGS, disk, 1);
        try (Spool spool = Spool.open(SETTINGS, disk)) {
            disk.failing(ModelDisk.Operation.DELETE, 2);
            Spools.drain(spool);
            await().atMost(DEADLINE).until(() -> disk.files().isEmpty());
            assertThat(spool.status().bytesOnDisk()).isEqualTo(0);
        }
    }

    @Test
    void while_the_disk_is_slow_nobody_waits_but_the_futures_and_the_queue_is_bounded() throws Exception {
        SpoolSettings narrow =
                new SpoolSettings(FOLDER, 1_000_000, 0, 100_000, Duration.ZERO, new QueueLimits(5, 1_000_000));
        try (Spool spool = Spool.open(narrow, disk)) {
            CountDownLatch held = disk.holdForces();
            List<CompletableFuture<FrameRef>> answers = new ArrayList<>();
            IntStream.range(0, 5).forEach(number -> answers.add(spool.append(Entries.of(number))));
            disk.awaitForce();
            assertThat(results(spool, 5)).containsExactly(Reason.BUSY);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            assertThat(Entries.due(spool)).isEmpty();
            disk.move(Duration.ofSeconds(7));
            assertThat(spool.status().problem()).contains("the disk has not answered for 7 s");
            held.countDown();
            answers.forEach(CompletableFuture::join);
            await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
            assertThat(Entries.due(spool)).containsExactly(0, 1, 2, 3, 4);
        }
    }

    @Test
    void the_bytes_that_wait_are_bounded_too() throws Exception {
        SpoolSettings narrow =
                new SpoolSettings(FOLDER, 1_000_000, 0, 100_000, Duration.ZERO, new QueueLimits(1_000, 2_000));
        try (Spool spool = Spool.open(narrow, disk)) {
            CountDownLatch held = disk.holdForces();
            CompletableFuture<FrameRef> first = spool.append(Entries.with(1, new byte[1_500]));
            CompletableFuture<FrameRef> second = spool.append(Entries.with(2, new byte[1_500]));
            held.countDown();
            assertThat(reasonOf(second)).contains(Reason.BUSY);
            assertThat(first.get(30, TimeUnit.SECONDS).segment()).isEqualTo(1);
            append(spool, 3);
        }
    }

    @Test
    void many_segments_are_rolled_drained_and_deleted_in_order() throws Exception {
        SpoolSettings tiny =
                new SpoolSettings(FOLDER, 100_000_000, 0, 50, Duration.ZERO, new QueueLimits(20_000, 100_000_000));
        int rolls = 10_000;
        try (Spool spool = Spool.open(tiny, disk)) {
            List<CompletableFuture<FrameRef>> answers = IntStream.range(0, rolls)
                    .mapToObj(number -> spool.append(Entries.with(number, new byte[0])))
                    .toList();
            answers.forEach(CompletableFuture::join);
            assertThat(disk.files()).hasSize(rolls);
        }
        try (Spool spool = Spool.open(tiny, disk)) {
            for (int number = 0; number < rolls; number++) {
                Due due = spool.poll(Duration.ZERO).orElseThrow();
                assertThat(due.entry().receiptId()).isEqualTo(Entries.id(number));
                spool.acked(due.ref());
            }
            await().atMost(DEADLINE).until(() -> disk.files().isEmpty());
        }
    }

    @Test
    void closing_in_the_middle_of_appends_answers_every_one_and_keeps_what_it_promised() throws Exception {
        List<CompletableFuture<FrameRef>> answers = new ArrayList<>();
        CountDownLatch some = new CountDownLatch(100);
        Spool spool = Spool.open(SETTINGS, disk);
        Thread appender = new Thread(() -> {
            for (int number = 0; number < 900; number++) {
                answers.add(spool.append(Entries.of(number)));
                some.countDown();
            }
        });
        appender.start();
        some.await();
        spool.close();
        appender.join();
        Set<Integer> kept = new TreeSet<>();
        for (int number = 0; number < answers.size(); number++) {
            Optional<Reason> reason = reasonOf(answers.get(number));
            assertThat(reason.orElse(Reason.CLOSED)).isEqualTo(Reason.CLOSED);
            if (reason.isEmpty()) {
                kept.add(number);
            }
        }
        try (Spool next = Spool.open(SETTINGS, disk)) {
            assertThat(Entries.due(next)).isEqualTo(kept);
        }
    }

    @Test
    void closing_ends_the_wait_of_the_drainer() throws Exception {
        Spool spool = Spool.open(SETTINGS, disk);
        CompletableFuture<Optional<Due>> polled = new CompletableFuture<>();
        Thread drainer = new Thread(() -> {
            try {
                polled.complete(spool.poll(Duration.ofHours(1)));
            } catch (InterruptedException e) {
                polled.completeExceptionally(e);
            }
        });
        drainer.start();
        spool.close();
        assertThat(polled.get(30, TimeUnit.SECONDS)).isEmpty();
        drainer.join();
    }

    @Test
    void on_a_real_disk_many_append_while_one_drains_and_each_entry_is_there_once() throws Exception {
        SpoolSettings real = new SpoolSettings(
                folder.resolve("a/spool"), 100_000_000, 0, 20_000, Duration.ZERO, new QueueLimits(5_000, 10_000_000));
        int appenders = 4;
        int each = 500;
        Set<Integer> drained = new TreeSet<>();
        try (Spool spool = Spool.open(real, new DiskIo())) {
            List<CompletableFuture<Void>> all = IntStream.range(0, appenders)
                    .mapToObj(part -> CompletableFuture.runAsync(() -> IntStream.range(part * each, part * each + each)
                            .forEach(number -> spool.append(Entries.of(number)).join())))
                    .toList();
            while (drained.size() < appenders * each) {
                Due due = spool.poll(DEADLINE).orElseThrow();
                assertThat(Entries.isWhole(due.entry())).isTrue();
                assertThat(drained.add(Entries.number(due.entry()))).isTrue();
                spool.acked(due.ref());
            }
            all.forEach(CompletableFuture::join);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real.folder())))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(real.folder())) {
                assertThat(files).allMatch(SpoolTest::isForTheOwnerAlone);
            }
        }
        try (Stream<Path> files = Files.list(real.folder())) {
            assertThat(files).containsExactly(real.folder().resolve("spool.lock"));
        }
    }

    @Test
    void each_folder_that_is_made_is_forced_into_the_one_that_holds_it_and_only_then() {
        Path here = Path.of("").toAbsolutePath();
        SpoolSettings deep = Spools.settings(Path.of("volume/data/spool"));
        Spool.open(deep, disk).close();
        List<Path> holders = List.of(here.resolve("volume/data"), here.resolve("volume"), here);
        assertThat(disk.journal().forcedFolders()).isEqualTo(holders);
        Spool.open(deep, disk).close();
        assertThat(disk.journal().forcedFolders()).isEqualTo(holders);
    }

    @Test
    void the_real_disk_says_which_folders_it_has_made() throws Exception {
        DiskIo real = new DiskIo();
        assertThat(real.createFolders(folder.resolve("data/spool")))
                .containsExactly(folder.resolve("data/spool"), folder.resolve("data"));
        assertThat(real.createFolders(folder.resolve("data/spool"))).isEmpty();
    }

    @Test
    void a_folder_in_use_is_refused_with_the_pid_and_a_lock_file_of_a_dead_process_is_not_in_use() throws Exception {
        SpoolSettings real = Spools.settings(folder);
        Files.writeString(folder.resolve("spool.lock"), "999999");
        try (Spool spool = Spool.open(real, new DiskIo())) {
            assertThat(spool.status().problem()).isEmpty();
            assertThatThrownBy(() -> Spool.open(real, new DiskIo()))
                    .isInstanceOf(ResourceException.class)
                    .hasMessage(
                            "the spool folder " + folder + " is in use by process "
                                    + ProcessHandle.current().pid()
                                    + ", or mailtide spool looks into it; each process needs a folder of its own: set spool.dir, or stop that process");
        }
    }

    @Test
    void a_start_leaves_links_and_folders_alone_that_have_the_name_of_a_segment_and_writes_behind_them()
            throws Exception {
        SpoolSettings real = Spools.settings(folder.resolve("spool"));
        Spools.left(Spools.settings(folder.resolve("elsewhere")), new DiskIo(), 1);
        Spool.open(real, new DiskIo()).close();
        SpoolFolder names = new SpoolFolder(real.folder());
        Path segment = new SpoolFolder(folder.resolve("elsewhere")).waiting(1);
        Files.createSymbolicLink(names.waiting(7), segment);
        Files.createDirectory(names.waiting(8));
        CapturedLog log = CapturedLog.during(() -> {
            try (Spool spool = Spool.open(real, new DiskIo())) {
                assertThat(Entries.due(spool)).isEmpty();
                assertThat(spool.append(Entries.of(2)).join().segment()).isEqualTo(9);
                assertThat(Spools.drain(spool)).isEqualTo(1);
            }
        });
        assertThat(log.linesWith("left alone")).hasSize(1);
        assertThat(names.waiting(7)).isSymbolicLink();
        assertThat(names.waiting(8)).isDirectory();
        assertThat(segment).exists();
    }

    @Test
    void a_file_under_whose_name_somebody_puts_a_link_meanwhile_is_not_followed_replaced_or_deleted() throws Exception {
        DiskIo real = new DiskIo();
        Path file = Files.writeString(folder.resolve("file"), "file");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatThrownBy(() -> real.open(link)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> real.delete(link)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> real.rename(file, link)).isInstanceOf(IOException.class);
        assertThat(link).isSymbolicLink().hasContent("file");
    }

    @Test
    void a_folder_that_cannot_be_made_is_refused_with_whose_it_is() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "not a folder");
        assertThatThrownBy(() -> Spool.open(Spools.settings(file), new DiskIo()))
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith("cannot use the spool folder " + file)
                .hasMessageEndingWith("set spool.dir to one that can be written");
    }

    private void heals(Spool spool) {
        disk.move(Duration.ofSeconds(10));
        await().atMost(DEADLINE).until(() -> spool.status().problem().isEmpty());
    }

    private static SpoolSettings with(long bytesMax, long reserveBytes, Duration grace) {
        return new SpoolSettings(FOLDER, bytesMax, reserveBytes, 100_000, grace, new QueueLimits(1_000, 1_000_000));
    }

    private static void append(Spool spool, int... numbers) {
        assertThat(results(spool, numbers)).allMatch(FrameRef.class::isInstance);
    }

    /** The place or the reason of each. */
    private static List<Object> results(Spool spool, int... numbers) {
        List<CompletableFuture<FrameRef>> answers = IntStream.of(numbers)
                .mapToObj(number -> spool.append(Entries.of(number)))
                .toList();
        return answers.stream()
                .map(answer -> reasonOf(answer).<Object>map(reason -> reason).orElseGet(answer::join))
                .toList();
    }

    private static Optional<Reason> reasonOf(CompletableFuture<FrameRef> answer) {
        return answer.handle((ref, error) -> Optional.ofNullable(error)
                        .map(SpoolRefusedException.class::cast)
                        .map(SpoolRefusedException::reason))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static boolean isForTheOwnerAlone(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    .equals("rw-------");
        } catch (NoSuchFileException deletedMeanwhile) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
