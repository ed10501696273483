package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.ingest.access.SecretPair.Which;
import dev.mailtide.ingest.access.StandardWebhooks.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardWebhooksTest {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER_SECRET = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIME = "1614265330";
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final String WRONG = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static final Verdict CURRENT = new Verdict.Genuine(Which.CURRENT);
    private static final Verdict PREVIOUS = new Verdict.Genuine(Which.PREVIOUS);

    private final StandardWebhooks webhooks = with(Optional.of(SECRET), Optional.empty());

    @Test
    void the_vector_of_the_standard_is_genuine() {
        assertThat(check(webhooks, SIGNATURE)).isEqualTo(CURRENT);
    }

    @Test
    void a_second_known_vector_is_genuine() {
        String body =
                "{\"type\":\"email.bounced\",\"created_at\":\"2026-11-21T10:00:00.000Z\",\"data\":{\"email_id\":\"e1\","
                        + "\"from\":\"a@ex.test\",\"to\":[\"b@ex.test\"],\"subject\":\"x\"}}";
        SignedHeaders headers =
                new SignedHeaders("msg_2abc", "1795255200", "v1,PynNY5oqEHuudLQUp21FB8CNUijAgfDy2jOgPdZRzbI=");
        assertThat(with(Optional.of(OTHER_SECRET), Optional.empty())
                        .check(headers, bytes(body), Instant.ofEpochSecond(1_795_255_200)))
                .isEqualTo(CURRENT);
    }

    @Test
    void an_id_is_signed_as_the_bytes_it_came_in() {
        String asJettyReadsIt = new String(bytes("msg_é"), StandardCharsets.ISO_8859_1);
        SignedHeaders headers =
                new SignedHeaders(asJettyReadsIt, TIME, "v1,oiuSbO7fXLCFY1sxzO+iVABPusgkow8ndZiK2N4Ap5o=");
        assertThat(webhooks.check(headers, bytes(BODY), AT)).isEqualTo(CURRENT);
    }

    @Test
    void one_good_signature_among_several_is_enough_wherever_it_stands() {
        assertThat(check(webhooks, WRONG + " " + SIGNATURE)).isEqualTo(CURRENT);
        assertThat(check(webhooks, SIGNATURE + " " + WRONG)).isEqualTo(CURRENT);
        assertThat(check(
                        webhooks,
                        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== "
                                + SIGNATURE))
                .isEqualTo(CURRENT);
    }

    @Test
    void both_secrets_are_good_while_one_replaces_the_other_and_neither_alone_is_the_other() {
        StandardWebhooks both = with(Optional.of(OTHER_SECRET), Optional.of(SECRET));
        assertThat(check(both, SIGNATURE)).isEqualTo(PREVIOUS);
        assertThat(check(with(Optional.of(SECRET), Optional.of(OTHER_SECRET)), SIGNATURE))
                .isEqualTo(CURRENT);
        assertThat(check(with(Optional.of(OTHER_SECRET), Optional.empty()), SIGNATURE))
                .isEqualTo(new Verdict.Doubtful(Denial.SIGNATURE_WRONG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "v1",
                "v1,",
                "v1,%%%",
                "v1,g0hM9SsE",
                "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA",
                "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            })
    void anything_else_is_a_wrong_signature(String signature) {
        assertThat(check(webhooks, signature)).isEqualTo(new Verdict.Doubtful(Denial.SIGNATURE_WRONG));
    }

    @Test
    void id_time_and_every_byte_of_the_body_are_signed() {
        Verdict wrong = new Verdict.Doubtful(Denial.SIGNATURE_WRONG);
        assertThat(webhooks.check(new SignedHeaders(ID + "x", TIME, SIGNATURE), bytes(BODY), AT))
                .isEqualTo(wrong);
        assertThat(webhooks.check(new SignedHeaders(ID, "1614265331", SIGNATURE), bytes(BODY), AT))
                .isEqualTo(wrong);
        assertThat(webhooks.check(new SignedHeaders(ID, "01614265330", SIGNATURE), bytes(BODY), AT))
                .isEqualTo(wrong);
        for (int i = 0; i < BODY.length(); i++) {
            byte[] changed = bytes(BODY);
            changed[i] ^= 1;
            assertThat(webhooks.check(headers(SIGNATURE), changed, AT)).isEqualTo(wrong);
        }
        assertThat(webhooks.check(headers(SIGNATURE), bytes(BODY + "\n"), AT)).isEqualTo(wrong);
        assertThat(webhooks.check(headers(SIGNATURE), new byte[0], AT)).isEqualTo(wrong);
    }

    @ParameterizedTest
    @CsvSource({"-300000, true", "-300001, false", "300000, true", "300001, false"})
    void the_time_may_be_five_minutes_from_ours_either_way(long millisFromOurs, boolean timely) {
        assertThat(webhooks.check(headers(SIGNATURE), bytes(BODY), AT.plusMillis(millisFromOurs)))
                .isEqualTo(timely ? CURRENT : new Verdict.Doubtful(Denial.SIGNATURE_TIMESTAMP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "-1", "1614265330.5", " 1614265330", "1614265330 ", "99999999999999999999", "٣"})
    void a_time_that_is_no_whole_number_of_seconds_is_no_time(String time) {
        assertThat(webhooks.check(new SignedHeaders(ID, time, SIGNATURE), bytes(BODY), AT))
                .isEqualTo(new Verdict.Doubtful(Denial.SIGNATURE_TIMESTAMP));
    }

    private static Verdict check(StandardWebhooks webhooks, String signatures) {
        return webhooks.check(headers(signatures), bytes(BODY), AT);
    }

    private static SignedHeaders headers(String signatures) {
        return new SignedHeaders(ID, TIME, signatures);
    }

    private static StandardWebhooks with(Optional<String> current, Optional<String> previous) {
        return new StandardWebhooks(new SecretPair(current.map(Secret::new), previous.map(Secret::new)), TOLERANCE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
