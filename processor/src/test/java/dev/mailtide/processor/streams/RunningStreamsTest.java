package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which failures of threads end the application. It is not started: its threads fail as the test says. */
@OnKafka
class RunningStreamsTest {

    private static final int MANY = 60;
    private static final int REPLACEMENTS_MAX = 20;
    private final Throwable waits = new StreamsException(new TimeoutException("no route in time"));
    private final Throwable bug = new StreamsException(new IllegalStateException("a bug"));

    @TempDir
    Path folder;

    private final KafkaAccess kafka = TestKafka.access();
    private final String prefix = TestKafka.freshPrefix();
    private final String application = prefix + "failing";
    private final String source = prefix + "source";
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    @Test
    void a_failure_that_passes_by_itself_replaces_the_thread_however_often_it_comes_back() throws Exception {
        withStreams(failure -> failure.getCause() instanceof TimeoutException, running -> {
            for (int n = 0; n < MANY; n++) {
                assertThat(running.onFailedThread(waits)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
            }
            assertThat(reasons).isEmpty();
            for (int n = 0; n < REPLACEMENTS_MAX; n++) {
                assertThat(running.onFailedThread(bug)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
            }
            assertThat(reasons).isEmpty();
            assertThat(running.onFailedThread(bug)).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        });
        assertThat(reasons)
                .containsExactly(application + " failed 21 times within 10 minutes, the last time with "
                        + "StreamsException < IllegalStateException");
    }

    private interface Act {

        void on(RunningStreams running);
    }

    private void withStreams(Predicate<Throwable> passesByItself, Act act) throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.createTopics(List.of(new NewTopic(source, 1, (short) 1)))
                    .all()
                    .get();
        }
        Map<String, Object> settings =
                new StreamsSettings(application, "test-1", folder, 1, Duration.ofMillis(100), (short) 1).over(kafka);
        Topology topology = new Topology().addSource("source", source);
        try (TopicGuard guard =
                new TopicGuard(kafka, Guarded.of(application, source, Outputs.NONE, topology), (short) 1)) {
            guard.admit();
            try (RunningStreams running = new RunningStreams(application, topology, settings, guard, reasons::add)) {
                running.passesByItself(passesByItself);
                act.on(running);
            }
        }
    }
}
