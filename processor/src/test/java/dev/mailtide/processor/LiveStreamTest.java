package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.processor.readmodel.LiveCursor;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live stream of two instances: any gives the same one. */
class LiveStreamTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TwoInstances both;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService first;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService second;

    @BeforeAll
    static void start() throws Exception {
        both = new TwoInstances(folder);
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        both.awaitReady(second);
    }

    @AfterAll
    static void stop() {
        both.close();
    }

    @Test
    void an_event_is_seen_live_at_any_instance_and_who_was_cut_off_goes_on_at_another_one() throws Exception {
        String path = "/v1/live?domain=live.example";
        List<String> ofTheFirst;
        try (LiveReader one = new LiveReader(first.port(), TwoInstances.TOKEN, path, "")) {
            one.await("beat");
            both.raw(PauboxBodies.delivered("m-1", "a@live.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
            both.raw(PauboxBodies.delivered("m-1", "a@other.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
            ofTheFirst = one.await("event");
        }
        both.raw(PauboxBodies.opened("m-1", "a@live.example", "pat@gmail.com", "2026-04-18T20:01:00Z"));
        both.raw(PauboxBodies.softBounced("m-2", "a@live.example", "kim@gmail.com", "2026-04-18T20:02:00Z"));
        String lastId = ofTheFirst.get(0);
        assertThat(JSON.readTree(ofTheFirst.get(1)).get("type").asText()).isEqualTo("delivered");
        List<String> types = new ArrayList<>();
        try (LiveReader two = new LiveReader(second.port(), TwoInstances.TOKEN, path, lastId)) {
            types.add(JSON.readTree(two.await("event").get(1)).get("type").asText());
            types.add(JSON.readTree(two.await("event").get(1)).get("type").asText());
        }
        assertThat(types).containsExactlyInAnyOrder("opened", "bounced");
        String otherTopic = LiveReader.IDS.of(new LiveCursor(List.of(7L)));
        try (LiveReader lost = new LiveReader(second.port(), TwoInstances.TOKEN, path, otherTopic)) {
            lost.await("gap");
        }
        await().atMost(SOON)
                .until(() -> both.metric(first, "mailtide_processor_live_readers") == 0
                        && both.metric(second, "mailtide_processor_live_readers") == 0);
    }
}
