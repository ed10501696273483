package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StillnessTest {

    private static final TopicPartition RAW_0 = new TopicPartition("raw", 0);
    private static final TopicPartition RAW_1 = new TopicPartition("raw", 1);

    private final Stillness stillness = new Stillness(Duration.ofMinutes(3));

    @Test
    void a_partition_in_which_records_wait_and_nothing_is_committed_is_noticed_after_the_longest_wait_and_not_before() {
        assertThat(running(0, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(180, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(181, Map.of(RAW_0, 7L)))
                .contains("nothing of raw-0 has been committed for 181 s, though records wait");
    }

    @Test
    void one_that_stands_still_is_noticed_though_another_moves() {
        assertThat(running(0, Map.of(RAW_0, 7L, RAW_1, 1L))).isEmpty();
        assertThat(running(100, Map.of(RAW_0, 7L, RAW_1, 2L))).isEmpty();
        assertThat(running(200, Map.of(RAW_0, 7L, RAW_1, 3L)))
                .contains("nothing of raw-0 has been committed for 200 s, though records wait");
    }

    @Test
    void a_slow_one_is_not_a_deaf_one() {
        for (int second = 0; second < 1_000; second += 100) {
            assertThat(running(second, Map.of(RAW_0, (long) second))).isEmpty();
        }
    }

    @Test
    void nothing_to_do_is_not_standing_still() {
        assertThat(running(0, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(100, Map.of())).isEmpty();
        assertThat(running(131, Map.of())).isEmpty();
        assertThat(running(200, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(380, Map.of(RAW_0, 7L))).isEmpty();
    }

    @Test
    void a_rebalance_that_does_not_end_is_noticed_and_one_that_restores_is_not() {
        assertThat(restoring(0, 0)).isEmpty();
        assertThat(restoring(100, 5)).isEmpty();
        assertThat(restoring(270, 6)).isEmpty();
        assertThat(restoring(451, 6))
                .contains("it has been taking over partitions for 181 s, and nothing has been restored");
    }

    @Test
    void a_restore_gives_everything_its_time_anew() {
        assertThat(running(0, Map.of(RAW_0, 7L))).isEmpty();
        Optional<String> whileRestoring =
                stillness.after(new Stillness.Sight(seconds(170), false, Map.of(RAW_0, 7L), 1, Duration.ZERO));
        assertThat(whileRestoring).isEmpty();
        assertThat(stillness.after(new Stillness.Sight(seconds(340), true, Map.of(RAW_0, 7L), 1, Duration.ZERO)))
                .isEmpty();
        assertThat(stillness.after(new Stillness.Sight(seconds(351), true, Map.of(RAW_0, 7L), 1, Duration.ZERO)))
                .contains("nothing of raw-0 has been committed for 181 s, though records wait");
    }

    @Test
    void threads_that_fail_and_restore_again_and_again_over_one_record_are_noticed() {
        long restored = 0;
        Optional<String> still = Optional.empty();
        int second = 0;
        for (; second < 400 && still.isEmpty(); second += 5) {
            // Every 70 s a thread fails: nobody holds the partition for a look, and at the next one it has restored.
            boolean isReplaced = second % 70 == 60;
            restored += second % 70 == 65 ? 3 : 0;
            still = stillness.after(new Stillness.Sight(
                    seconds(second), !isReplaced, isReplaced ? Map.of() : Map.of(RAW_0, 7L), restored, Duration.ZERO));
        }
        assertThat(still).contains("nothing of raw-0 has been committed for 185 s, though records wait");
        assertThat(second).isEqualTo(200);
    }

    @Test
    void time_in_which_nobody_could_look_does_not_count() {
        assertThat(running(0, Map.of(RAW_0, 7L))).isEmpty();
        stillness.forget();
        assertThat(running(200, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(381, Map.of(RAW_0, 7L))).isPresent();
    }

    @Test
    void what_waits_for_something_that_passes_by_itself_does_not_stand_still_and_has_its_time_anew() {
        for (int second = 0; second <= 600; second += 5) {
            stillness.excuse();
            assertThat(stillness.after(new Stillness.Sight(
                            seconds(second), second % 15 == 0, Map.of(RAW_0, 7L), 0, Duration.ofSeconds(5))))
                    .isEmpty();
        }
        assertThat(running(780, Map.of(RAW_0, 7L))).isEmpty();
        assertThat(running(781, Map.of(RAW_0, 7L)))
                .contains("nothing of raw-0 has been committed for 181 s, though records wait");
    }

    @Test
    void a_takeover_is_excused_too_while_something_is_waited_for() {
        assertThat(restoring(0, 0)).isEmpty();
        stillness.excuse();
        assertThat(restoring(200, 0)).isEmpty();
        assertThat(restoring(381, 0)).isPresent();
    }

    @Test
    void a_thread_that_hangs_is_noticed_though_something_is_waited_for() {
        for (int second = 0; second <= 185; second += 5) {
            stillness.excuse();
            assertThat(silent(second, second)).isEmpty();
        }
        stillness.excuse();
        assertThat(silent(190, 190)).contains("a thread has not asked for records for 190 s");
    }

    @Test
    void a_thread_that_does_not_ask_for_records_is_noticed_though_none_wait() {
        assertThat(silent(0, 0)).isEmpty();
        assertThat(silent(180, 180)).isEmpty();
        assertThat(silent(185, 185)).as("seen once").isEmpty();
        assertThat(silent(190, 190)).contains("a thread has not asked for records for 190 s");
    }

    @Test
    void a_process_that_stood_still_as_a_whole_goes_on() {
        assertThat(silent(0, 0)).isEmpty();
        assertThat(silent(300, 300)).isEmpty();
        assertThat(silent(305, 0)).isEmpty();
        assertThat(silent(490, 185)).isEmpty();
    }

    @Test
    void a_silence_in_which_kafka_did_not_answer_does_not_count() {
        assertThat(silent(0, 0)).isEmpty();
        stillness.forget();
        assertThat(silent(200, 200)).isEmpty();
        assertThat(silent(380, 380)).isEmpty();
        assertThat(silent(385, 385)).isEmpty();
        assertThat(silent(390, 390)).isPresent();
    }

    private Optional<String> silent(int second, int unasked) {
        return stillness.after(new Stillness.Sight(seconds(second), true, Map.of(), 0, Duration.ofSeconds(unasked)));
    }

    private Optional<String> running(int second, Map<TopicPartition, Long> positions) {
        return stillness.after(new Stillness.Sight(seconds(second), true, positions, 0, Duration.ZERO));
    }

    private Optional<String> restoring(int second, long restored) {
        return stillness.after(new Stillness.Sight(seconds(second), false, Map.of(), restored, Duration.ZERO));
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
