package dev.mailtide.processor.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourcesTest {

    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void what_several_instances_told_of_one_source_is_added_up() {
        JsonNode answer = Sources.json(
                List.of(
                        status("paubox-main", "two", NOW.minusSeconds(5), 3, "wrong-secret", 2),
                        status("paubox-main", "one", NOW.minusSeconds(9), 40, "wrong-secret", 1)),
                NOW,
                NOW,
                HOUR);
        assertThat(answer.toString())
                .isEqualTo(("{'asOf':'2026-04-18T20:27:26.001Z','sources':[{'source':'paubox-main',"
                                + "'lastSeenAt':'2026-04-18T20:27:21.001Z','silentSince':null,'accepted':43,"
                                + "'refused':{'wrong-secret':3},'refusedAt':{'wrong-secret':'2026-04-18T20:27:21.001Z'},'spoolWaiting':14,'instances':["
                                + instance("one", "17", 40, 1) + "," + instance("two", "21", 3, 2) + "]}]}")
                        .replace('\'', '"'));
    }

    private static String instance(String name, String second, int accepted, int refused) {
        return "{'instance':'" + name + "','countedSince':'2026-04-18T00:00:00.000Z','lastSeenAt':'2026-04-18T20:27:"
                + second + ".001Z','accepted':" + accepted + ",'refused':{'wrong-secret':" + refused
                + "},'refusedAt':{'wrong-secret':'2026-04-18T20:27:" + second + ".001Z'},'spoolWaiting':7}";
    }

    @Test
    void a_source_is_silent_only_if_all_of_its_instances_are_and_for_longer_than_the_setting() {
        Instant long_ = NOW.minus(HOUR).minusMillis(1);
        assertThat(silentSince(long_, long_)).isEqualTo("\"2026-04-18T19:27:26.000Z\"");
        assertThat(silentSince(long_, NOW.minus(HOUR))).isEqualTo("null");
    }

    private static String silentSince(Instant one, Instant other) {
        return Sources.json(
                        List.of(status("s", "one", one, 0, "x", 0), status("s", "two", other, 0, "x", 0)),
                        NOW,
                        NOW,
                        HOUR)
                .at("/sources/0/silentSince")
                .toString();
    }

    @Test
    void an_answer_older_than_ten_seconds_says_that_it_is_stale() {
        assertThat(Sources.json(List.of(), NOW.minusSeconds(10), NOW, HOUR).has("stale"))
                .isFalse();
        assertThat(Sources.json(List.of(), NOW.minusMillis(10_001), NOW, HOUR)
                        .path("stale")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void a_status_reads_as_ingest_writes_it_and_what_is_none_is_left_out() {
        String text = ("{'source':'s','instance':'one','countedSince':'2026-04-18T00:00:00.000Z',"
                        + "'lastSeenAt':'2026-04-18T20:27:26.001Z','accepted':1,'refused':{'x':2},"
                        + "'refusedAt':{'x':'2026-04-18T20:27:26.001Z'},'spoolWaiting':7}")
                .replace('\'', '"');
        assertThat(SourceStatus.decode(text.getBytes(StandardCharsets.UTF_8)))
                .contains(status("s", "one", NOW, 1, "x", 2));
        String ofAnOlderIngest = text.replaceFirst("\"refusedAt\":\\{[^}]*},", "");
        assertThat(SourceStatus.decode(ofAnOlderIngest.getBytes(StandardCharsets.UTF_8))
                        .orElseThrow()
                        .refusedAt())
                .isEmpty();
        for (String none : List.of("", "null", "[]", "{}", text.replace("2026", "now"), text + " ".repeat(20_000))) {
            assertThat(SourceStatus.decode(none.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }

    private static SourceStatus status(
            String source, String instance, Instant lastSeen, int accepted, String reason, long refused) {
        SortedMap<String, Long> byReason = new TreeMap<>();
        byReason.put(reason, refused);
        SortedMap<String, Instant> at = new TreeMap<>();
        at.put(reason, lastSeen);
        return new SourceStatus(
                source, instance, Instant.parse("2026-04-18T00:00:00Z"), lastSeen, accepted, byReason, at, 7);
    }
}
