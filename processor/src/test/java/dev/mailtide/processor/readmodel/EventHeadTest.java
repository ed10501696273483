package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.EventKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventHeadTest {

    @Test
    void an_event_of_a_type_that_is_not_known_is_kept_and_what_is_no_event_is_none() {
        String later =
                "{\"id\":\"" + RandomEvents.hex(1) + "\",\"type\":\"teleported\",\"senderDomain\":\"clinic.example\","
                        + "\"messageId\":\"m\",\"occurredAt\":\"2026-04-18T20:27:26.001Z\"}";
        assertThat(head(later).map(EventHead::kind)).contains(EventKind.UNKNOWN);
        for (String none : List.of(
                "",
                "[]",
                "{}",
                "not json",
                later.replace("2026", "soon"),
                later.replace("\"id\"", "\"ID\""),
                later.replace("clinic.example", "not a host"))) {
            assertThat(head(none)).as(none).isEmpty();
        }
    }

    private static Optional<EventHead> head(String json) {
        return EventHead.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
