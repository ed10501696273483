package dev.mailtide.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CloudEventTest {

    private final Headers headers = new RecordHeaders();

    @Test
    void a_record_of_an_event_has_exactly_eight_headers() {
        CloudEvent.describe(Events.full(), headers);

        assertThat(written())
                .containsExactly(
                        entry("ce_specversion", "1.0"),
                        entry("ce_id", "15d374e9617ed9391a553bc712aed92d"),
                        entry("ce_source", "/mailtide/sources/paubox-main"),
                        entry("ce_type", "dev.mailtide.email.bounced.v1"),
                        entry("ce_subject", "clinic.example"),
                        entry("ce_time", "2026-04-18T20:27:25.379Z"),
                        entry("ce_partitionkey", "clinic.example/m-1/2;3%4@clinic.example"),
                        entry("content-type", "application/json"));
    }

    @Test
    void describing_a_record_twice_describes_it_once_and_leaves_other_headers() {
        headers.add("replayed", new byte[] {'1'});
        CloudEvent.describe(Events.minimal(), headers);
        CloudEvent.describe(Events.full(), headers);

        List<Map.Entry<String, String>> twice = written();

        Headers once = new RecordHeaders().add("replayed", new byte[] {'1'});
        CloudEvent.describe(Events.full(), once);
        assertThat(twice).isEqualTo(written(once));
    }

    @Test
    void no_header_holds_the_recipient_the_sender_or_the_subject() {
        EmailEvent event = Events.full();
        CloudEvent.describe(event, headers);

        String all = written().stream().map(Map.Entry::getValue).collect(Collectors.joining("\n"));

        assertThat(all)
                .doesNotContain("pat@")
                .doesNotContain("home.example")
                .doesNotContain("care@")
                .doesNotContain(event.recipient().key().orElseThrow().hex())
                .doesNotContain("visit")
                .doesNotContain("no such user")
                .doesNotContain("2001:db8");
    }

    private List<Map.Entry<String, String>> written() {
        return written(headers);
    }

    private static List<Map.Entry<String, String>> written(Headers headers) {
        return Arrays.stream(headers.toArray())
                .map(header -> entry(header.key(), new String(header.value(), UTF_8)))
                .toList();
    }
}
