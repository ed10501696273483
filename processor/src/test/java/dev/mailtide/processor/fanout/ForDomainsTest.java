package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.privacy.FieldPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForDomainsTest {

    private static final String BEFORE_SUBJECT =
            "{\"id\":\"15d374e9617ed9391a553bc712aed92d\",\"type\":\"delivered\",\"source\":\"main\",\"provider\":\"paubox\","
                    + "\"providerEvent\":\"api_mail_log_delivered\",\"senderDomain\":\"clinic.example\",\"fromSource\":\"payload\","
                    + "\"recipient\":\"pat@home.example\",\"messageId\":\"m-1\",\"messageIdSource\":\"message-id\","
                    + "\"occurredAt\":\"2026-04-18T20:27:25.379Z\",\"occurredAtSource\":\"payload\","
                    + "\"receivedAt\":\"2026-04-18T20:27:26.001Z\",\"receiptId\":\"r\"";

    private static final EventPolicy NO_SUBJECT =
            new EventPolicy(FieldPolicy.KEEP, FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP);

    private static final byte[] EVENT = bytes(BEFORE_SUBJECT + ",\"subject\":\"Your visit\"}");

    @Test
    void where_everything_may_stand_in_the_topic_the_bytes_pass_as_they_are() {
        assertThat(new ForDomains(EventPolicy.KEEP_ALL).apply(EVENT)).isSameAs(EVENT);
    }

    @Test
    void what_may_not_stand_in_the_topic_is_left_out_and_nothing_else_changes() {
        assertThat(new ForDomains(NO_SUBJECT).apply(EVENT)).isEqualTo(bytes(BEFORE_SUBJECT + "}"));
    }

    @Test
    void an_event_of_a_later_release_keeps_what_this_one_does_not_know() {
        String later = BEFORE_SUBJECT.replace("paubox\"", "later\"") + ",\"mood\":{\"of\":[1]}";

        assertThat(new ForDomains(NO_SUBJECT).apply(bytes(later + ",\"subject\":\"Your visit\"}")))
                .isEqualTo(bytes(later + "}"));
    }

    @Test
    void what_is_no_event_becomes_nothing_whatever_may_stand_in_the_topic() {
        for (EventPolicy policy : List.of(NO_SUBJECT, EventPolicy.KEEP_ALL)) {
            assertThat(new ForDomains(policy).apply(bytes("pat@home.example"))).isNull();
            assertThat(new ForDomains(policy).apply(bytes("[1]"))).isNull();
            assertThat(new ForDomains(policy).apply(new byte[0])).isNull();
            assertThat(new ForDomains(policy).apply(null)).isNull();
        }
        assertThat(new ForDomains(NO_SUBJECT).apply(bytes("{\"cut\":"))).isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
