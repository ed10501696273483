package dev.mailtide.testkit.fold;

import static dev.mailtide.testkit.fixture.PauboxBodies.delivered;
import static dev.mailtide.testkit.fixture.PauboxBodies.hardBounced;
import static dev.mailtide.testkit.fixture.PauboxBodies.named;
import static dev.mailtide.testkit.fixture.PauboxBodies.opened;
import static dev.mailtide.testkit.fixture.PauboxBodies.payload;
import static dev.mailtide.testkit.fixture.PauboxBodies.softBounced;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fixture.RandomHistories;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ten histories and more, short enough to be counted by hand; every number here was. */
class ReferenceFoldTest {

    private static final String CARE = "care@clinic.example";
    private static final String PAT = "pat@gmail.com";
    private static final String ANN = "ann@example.com";
    private static final String NOON = "2026-04-18T12:00:00.000Z";
    private static final String EARLIER = "2026-04-18T11:00:00.000Z";
    private static final String EARLIEST = "2026-04-18T10:00:00.000Z";

    @Test
    void one_delivered_message_gives_the_whole_state() {
        assertThat(folded(delivered("m-1", CARE, PAT, EARLIER)).domains())
                .isEqualTo(Map.of("clinic.example", json("""
                {"domain":"clinic.example","countedSince":"2026-04-18T12:00:00.000Z","sources":["paubox-main"],
                 "messages":{"total":1,"pending":null,"deferred":null,"softBounced":0,"undeterminedBounced":null,
                   "delivered":1,"failed":null,"rejected":null,"dropped":null,"hardBounced":0},
                 "reactions":{"openedMessages":0,"machineOnlyOpenedMessages":null,"clickedMessages":null,
                   "complainedMessages":null,"unsubscribedMessages":null},
                 "events":{"sent":null,"delivered":1,"deferred":null,"bouncedSoft":0,"bouncedHard":0,
                   "bouncedUndetermined":null,"dropped":null,"rejected":null,"failed":null,"opened":0,"clicked":null,
                   "complained":null,"unsubscribed":null,"resubscribed":null,"unknown":0},
                 "softRecovered":0,
                 "rates":{"delivery":{"value":1.0,"of":1,"over":1,"judged":false},
                   "hardBounce":{"value":0.0,"of":0,"over":1,"judged":false},
                   "softBounce":{"value":0.0,"of":0,"over":1,"judged":false},
                   "open":{"value":0.0,"of":0,"over":1,"judged":false},"complaint":null},
                 "timeToOpen":{"p50Seconds":null,"p95Seconds":null,"count":0,"cells":{}},
                 "recipientGroups":[{"group":"gmail",
                   "messages":{"total":1,"pending":null,"deferred":null,"softBounced":0,"undeterminedBounced":null,
                     "delivered":1,"failed":null,"rejected":null,"dropped":null,"hardBounced":0},
                   "rates":{"delivery":{"value":1.0,"of":1,"over":1,"judged":false},
                     "hardBounce":{"value":0.0,"of":0,"over":1,"judged":false},
                     "softBounce":{"value":0.0,"of":0,"over":1,"judged":false},
                     "open":{"value":0.0,"of":0,"over":1,"judged":false},"complaint":null}}],
                 "firstEventAt":"2026-04-18T11:00:00.000Z","lastEventAt":"2026-04-18T11:00:00.000Z"}
                """)));
    }

    @Test
    void a_soft_bounce_that_is_delivered_later_is_delivered_and_recovered() {
        JsonNode clinic = clinic(softBounced("m-1", CARE, PAT, EARLIEST), delivered("m-1", CARE, PAT, EARLIER));
        assertThat(clinic.at("/messages/delivered").intValue()).isEqualTo(1);
        assertThat(clinic.at("/messages/softBounced").intValue()).isZero();
        assertThat(clinic.at("/softRecovered").intValue()).isEqualTo(1);
        assertThat(clinic.at("/rates/softBounce/of").intValue()).isEqualTo(1);
    }

    @Test
    void a_hard_bounce_outlasts_a_delivery_whichever_comes_first() {
        assertThat(folded(hardBounced("m-1", CARE, PAT, EARLIER), delivered("m-1", CARE, PAT, EARLIEST))
                        .statuses())
                .isEqualTo(folded(delivered("m-1", CARE, PAT, EARLIEST), hardBounced("m-1", CARE, PAT, EARLIER))
                        .statuses())
                .isEqualTo(Map.of("clinic.example/m-1|" + PAT, "hardBounced"));
    }

    @Test
    void an_event_posted_twice_through_two_sources_counts_once_under_the_first() {
        String body = delivered("m-1", CARE, PAT, EARLIER);
        Expected folded = new Histories()
                .receives(body)
                .through("paubox-second")
                .receives(body)
                .folded();
        assertThat(folded.events())
                .containsExactly(new DistinctEvent(
                        "clinic.example",
                        "clinic.example/m-1",
                        PAT,
                        folded.events().get(0).fingerprintHex(),
                        "delivered",
                        "receipt-1"));
        assertThat(folded.domain("clinic.example").at("/sources").toString()).isEqualTo("[\"paubox-main\"]");
    }

    @Test
    void two_recipients_of_one_message_are_two_messages_in_their_groups() {
        JsonNode clinic = clinic(
                delivered("m-1", CARE, PAT, EARLIER),
                hardBounced("m-1", CARE, ANN, EARLIER),
                softBounced("m-2", CARE, ANN, EARLIER));
        assertThat(clinic.at("/messages/total").intValue()).isEqualTo(3);
        assertThat(clinic.at("/rates/delivery/value").doubleValue()).isEqualTo(0.333333);
        assertThat(clinic.at("/recipientGroups/0/group").textValue()).isEqualTo("gmail");
        assertThat(clinic.at("/recipientGroups/0/messages/delivered").intValue())
                .isEqualTo(1);
        assertThat(clinic.at("/recipientGroups/1/group").textValue()).isEqualTo("other");
        assertThat(clinic.at("/recipientGroups/1/rates/hardBounce/value").doubleValue())
                .isEqualTo(0.5);
    }

    @Test
    void an_unknown_event_is_counted_and_is_no_message() {
        Expected folded = folded(named("inbound_mail_received", payload("m-1", CARE, PAT, EARLIER)));
        JsonNode clinic = folded.domain("clinic.example");
        assertThat(clinic.at("/events/unknown").intValue()).isEqualTo(1);
        assertThat(clinic.at("/messages/total").intValue()).isZero();
        assertThat(clinic.at("/rates/delivery/value").isNull()).isTrue();
        assertThat(clinic.at("/recipientGroups").isEmpty()).isTrue();
        assertThat(folded.statuses()).isEmpty();
    }

    @Test
    void an_open_is_timed_from_the_first_delivery_to_the_first_open() {
        JsonNode timeToOpen = clinic(
                        delivered("m-1", CARE, PAT, "2026-04-18T10:00:00.000Z"),
                        opened("m-1", CARE, PAT, "2026-04-18T11:00:00.000Z"),
                        opened("m-1", CARE, PAT, "2026-04-18T10:00:01.039Z"),
                        delivered("m-2", CARE, PAT, "2026-04-18T10:00:00.000Z"),
                        opened("m-2", CARE, PAT, "2026-04-18T10:00:01.040Z"),
                        delivered("m-3", CARE, PAT, "2026-04-18T10:00:00.000Z"),
                        opened("m-3", CARE, PAT, "2026-04-18T10:22:00.000Z"),
                        delivered("m-4", CARE, PAT, "2026-04-18T10:00:00.000Z"),
                        opened("m-4", CARE, PAT, "2026-04-18T10:00:00.000Z"),
                        opened("m-5", CARE, PAT, "2026-04-18T10:00:00.000Z"))
                .at("/timeToOpen");
        // 1320 s lie between 1.04^183 = 1309.5 s and 1.04^184 = 1361.8 s: cell 184, whose middle is 1335 s.
        assertThat(timeToOpen).isEqualTo(json("""
                {"p50Seconds":1,"p95Seconds":1335,"count":3,"cells":{"0":1,"1":1,"2":1,"184":1}}
                """));
    }

    @Test
    void an_open_alone_implies_a_delivery_but_one_of_a_bounced_message_is_in_no_open_rate() {
        JsonNode clinic = clinic(
                opened("m-1", CARE, PAT, EARLIER),
                opened("m-2", CARE, PAT, EARLIER),
                hardBounced("m-2", CARE, PAT, EARLIEST));
        assertThat(clinic.at("/messages/delivered").intValue()).isEqualTo(1);
        assertThat(clinic.at("/reactions/openedMessages").intValue()).isEqualTo(2);
        assertThat(clinic.at("/rates/open")).isEqualTo(json("{\"value\":1.0,\"of\":1,\"over\":1,\"judged\":false}"));
    }

    @Test
    void a_message_that_was_silent_for_longer_than_it_is_remembered_starts_anew() {
        String body = softBounced("m-1", CARE, PAT, EARLIER);
        Expected onTime = new Histories()
                .receives(body)
                .isSilentFor(Duration.ofDays(35))
                .receives(body)
                .folded();
        Expected late = new Histories()
                .receives(body)
                .isSilentFor(Duration.ofDays(35).plusMillis(1))
                .receives(body)
                .folded();
        assertThat(onTime.domain("clinic.example").at("/messages/softBounced").intValue())
                .isEqualTo(1);
        assertThat(late.domain("clinic.example").at("/messages/softBounced").intValue())
                .isEqualTo(2);
        assertThat(late.events()).extracting(DistinctEvent::receiptId).containsExactly("receipt-1", "receipt-2");
    }

    @Test
    void a_copy_of_an_event_keeps_its_message_alive() {
        String body = softBounced("m-1", CARE, PAT, EARLIER);
        Expected folded = new Histories()
                .receives(body)
                .isSilentFor(Duration.ofDays(30))
                .receives(body)
                .isSilentFor(Duration.ofDays(30))
                .receives(delivered("m-1", CARE, PAT, NOON))
                .folded();
        assertThat(folded.domain("clinic.example").at("/messages/total").intValue())
                .isEqualTo(1);
        assertThat(folded.domain("clinic.example").at("/softRecovered").intValue())
                .isEqualTo(1);
    }

    @Test
    void a_time_more_than_an_hour_ahead_is_not_believed_and_the_copies_cannot_be_told_apart() {
        JsonNode ahead = clinic(
                delivered("m-1", CARE, PAT, "2026-04-18T13:00:01.002Z"),
                delivered("m-1", CARE, PAT, "2026-04-18T13:00:01.002Z"));
        assertThat(ahead.at("/events/delivered").intValue()).isEqualTo(2);
        assertThat(ahead.at("/firstEventAt").textValue()).isEqualTo("2026-04-18T12:00:00.000Z");
        assertThat(ahead.at("/lastEventAt").textValue()).isEqualTo("2026-04-18T12:00:01.000Z");
    }

    @Test
    void from_a_hundred_messages_on_a_rate_is_judged() {
        Histories histories = new Histories();
        for (int i = 1; i <= 99; i++) {
            histories.receives(delivered("m-" + i, CARE, PAT, EARLIER));
        }
        assertThat(histories.folded().domain("clinic.example").at("/rates/delivery"))
                .isEqualTo(json("{\"value\":1.0,\"of\":99,\"over\":99,\"judged\":false}"));
        assertThat(histories
                        .receives(hardBounced("m-100", CARE, PAT, EARLIER))
                        .folded()
                        .domain("clinic.example")
                        .at("/rates/delivery"))
                .isEqualTo(json("{\"value\":0.99,\"of\":99,\"over\":100,\"judged\":true}"));
    }

    @Test
    void the_state_is_equal_to_what_is_read_back_from_its_text() {
        for (long seed = 0; seed < 20; seed++) {
            Expected folded = new ReferenceFold(RandomHistories.REMEMBER_FOR).fold(new RandomHistories(seed).next());
            folded.domains()
                    .forEach((domain, state) ->
                            assertThat(json(state.toString())).isEqualTo(state));
        }
    }

    private static Expected folded(String... bodies) {
        return new Histories().receives(bodies).folded();
    }

    private static JsonNode clinic(String... bodies) {
        return folded(bodies).domain("clinic.example");
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException badTest) {
            throw new IllegalArgumentException("the test wrote bad JSON: " + text, badTest);
        }
    }
}
