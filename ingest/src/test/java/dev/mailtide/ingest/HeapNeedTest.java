package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.settings.HeapShare;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.access.CapturedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the limits of memory hold before the heap runs out, or the operator hears of it. */
class HeapNeedTest {

    private static final int MIB = 1024 * 1024;
    private static final String MORE_THAN_ANY_HEAP = "1000000000000000";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {64, 128, 256, 512, 1024, 16_384})
    void where_nothing_is_set_the_limits_fit_into_the_heap(long heapMib) {
        long share = HeapShare.of(heapMib * MIB);
        HeapNeed need = new HeapNeed(share, share, share, 32 * MIB);
        assertThat(need.problem(heapMib * MIB)).isEmpty();
    }

    @Test
    void limits_that_add_up_to_more_than_the_heap_are_named_with_what_each_allows() {
        HeapNeed need = new HeapNeed(1_000, 200, 30, 4);
        assertThat(need.problem(1_264)).isEmpty();
        assertThat(need.problem(1_263))
                .contains("the limits of memory allow 1264 bytes (ingest.bodies-bytes-max 1000, ingest.queue-bytes-max"
                        + " 200, the spool's queue 60, kafka.buffer.memory 4), and the heap has 1263; lower them, or"
                        + " give it more (MAILTIDE_JAVA_OPTS)");
    }

    @Test
    void the_settings_of_ingest_and_of_the_producer_are_what_is_added_up() throws IOException {
        IngestSettings settings =
                settings(Map.of("ingest.bodies-bytes-max", "7000000", "ingest.queue-bytes-max", "8000000"));
        assertThat(HeapNeed.of(settings, KafkaAccess.at("127.0.0.1:1")))
                .isEqualTo(new HeapNeed(7_000_000, 8_000_000, HeapShare.ofThisHeap(), 32 * MIB));
        assertThat(HeapNeed.of(settings(Map.of()), new KafkaAccess(Map.of("buffer.memory", " 9 "))))
                .isEqualTo(new HeapNeed(HeapShare.ofThisHeap(), HeapShare.ofThisHeap(), HeapShare.ofThisHeap(), 9));
    }

    @Test
    void a_start_with_too_little_heap_says_so_in_one_line_and_goes_on() throws IOException {
        assertThat(startWith(Map.of("buffer.memory", MORE_THAN_ANY_HEAP)).linesWith("the limits of memory allow"))
                .hasSize(1);
        assertThat(startWith(Map.of("buffer.memory", "1")).linesWith("the limits of memory allow"))
                .isEmpty();
    }

    private CapturedLog startWith(Map<String, String> kafka) throws IOException {
        IngestSettings settings = settings(Map.of());
        Map<String, String> client = new TreeMap<>(kafka);
        client.put("bootstrap.servers", "127.0.0.1:" + EmbeddedBroker.freePort());
        return CapturedLog.during(() -> new IngestService(
                        settings,
                        settings::access,
                        new KafkaAccess(client),
                        new Topics("email.", TopicSizes.DEFAULT),
                        InstantSource.system())
                .close());
    }

    private IngestSettings settings(Map<String, String> more) throws IOException {
        Map<String, String> file = new TreeMap<>(more);
        file.put("ingest.host", "127.0.0.1");
        file.put("ingest.port", Integer.toString(EmbeddedBroker.freePort()));
        file.put("ingest.stop-grace", "0s");
        file.put("spool.dir", folder.resolve("spool").toString());
        file.put("source.paubox-main.secret", "canary-secret-0123456789");
        SettingsReader reader = new SettingsReader(file, Map.of());
        IngestSettings settings = IngestSettings.read(reader, InstantSource.system());
        reader.finish();
        return settings;
    }
}
