package dev.mailtide.common.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EmailEvent.Details;
import dev.mailtide.common.event.EmailEvent.FromSource;
import dev.mailtide.common.event.EmailEvent.MessageIdSource;
import dev.mailtide.common.event.EmailEvent.MessageRef;
import dev.mailtide.common.event.EmailEvent.OccurredAtSource;
import dev.mailtide.common.event.EmailEvent.Occurrence;
import dev.mailtide.common.event.EmailEvent.Origin;
import dev.mailtide.common.event.EmailEvent.Recipient;
import dev.mailtide.common.event.EmailEvent.Sender;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each policy on each field, and the settings that choose them. */
class PrivacyTest {

    private static final FieldPolicy MASK = FieldPolicy.MASK;
    private static final FieldPolicy HMAC =
            FieldPolicy.hmac(new FieldKey("k2", new IdentityKey(new byte[IdentityKey.BYTES])));
    private static final String KEY = "0f".repeat(32);

    /** HMAC-SHA256 of the address under 32 zero bytes, as {@code openssl dgst} makes it. */
    private static final String PAT = "hmac:k2:3e86e5759fe520f24c1f4b12049fa074";

    @Test
    void a_masked_address_keeps_its_first_letter_and_its_domain_and_a_short_one_its_domain_only() {
        assertThat(masked("jane@example.org")).isEqualTo("j***@example.org");
        assertThat(masked("jo@example.org")).isEqualTo("***@example.org");
        assertThat(masked("\uD83D\uDE00abc@example.org")).isEqualTo("\uD83D\uDE00***@example.org");
        assertThat(masked("@example.org")).isEqualTo("***@example.org");
        assertThat(masked("no address at all")).isEqualTo("***");
    }

    @Test
    void a_masked_ip_keeps_its_network() {
        assertThat(Mask.IP.of("203.0.113.77")).isEqualTo("203.0.113.0/24");
        assertThat(Mask.IP.of("2001:db8:77:1::5")).isEqualTo("2001:db8:77::/48");
        assertThat(Mask.IP.of("::1")).isEqualTo("***");
        assertThat(Mask.IP.of("pat@home.example")).isEqualTo("***");
    }

    private static String masked(String address) {
        return MASK.ofAddress(Optional.of(address)).orElseThrow();
    }

    @Test
    void a_pseudonym_names_its_key() {
        assertThat(HMAC.ofAddress(Optional.of("pat@home.example"))).contains(PAT);
    }

    @Test
    void to_apply_a_policy_twice_is_to_apply_it_once() {
        for (FieldPolicy policy : List.of(FieldPolicy.KEEP, FieldPolicy.DROP, MASK, HMAC)) {
            EventPolicy all = new EventPolicy(policy, policy, policy, policy, policy);
            EmailEvent once = all.of(event());
            assertThat(all.of(once)).as("%s", policy).isEqualTo(once);
        }
    }

    @Test
    void what_is_kept_is_the_same_event() {
        assertThat(EventPolicy.KEEP_ALL.of(event())).isSameAs(event());
    }

    @Test
    void what_is_dropped_stands_nowhere_in_the_event_in_no_text_that_quotes_it_either() {
        EmailEvent dropped = new EventPolicy(
                        FieldPolicy.DROP, FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.DROP, FieldPolicy.DROP)
                .of(event());

        assertThat(json(dropped))
                .doesNotContainIgnoringCase("pat@home", "pat%40home", "home.example", "surgery", "203.0");
        assertThat(dropped.details().reason()).contains("550 <[recipient]>: no such user");
        assertThat(dropped.details().url()).contains("https://clinic.example/u?to=[recipient]&a=b");
        assertThat(dropped.details().customHeaders()).isEqualTo(Map.of("X-Note", "about [subject]", "X-Tier", "gold"));
        assertThat(dropped.details().metadata()).isEqualTo(Map.of("to", "[recipient]"));
        assertThat(dropped.sender().from()).contains("care@clinic.example");
        assertThat(dropped.recipient().key()).isEqualTo(event().recipient().key());
    }

    @Test
    void the_json_of_an_event_becomes_that_of_the_changed_event() throws Exception {
        EmailEvent large = event().with(event().details().with(manyHeaders(), List.of()));
        for (FieldPolicy policy : List.of(FieldPolicy.KEEP, FieldPolicy.DROP, MASK, HMAC)) {
            for (FieldPolicy other : List.of(FieldPolicy.KEEP, FieldPolicy.DROP, MASK, HMAC)) {
                EventPolicy all = new EventPolicy(policy, other, policy, other, policy);
                for (EmailEvent each : List.of(event(), large)) {
                    byte[] changed = EventJson.of(all, EventCodec.encode(each)).orElseThrow();
                    assertThat(EventCodec.decode(changed))
                            .as("%s, %s", policy, other)
                            .isEqualTo(all.of(each));
                }
            }
        }
    }

    @Test
    void a_subject_that_is_kept_does_not_quote_a_recipient_that_is_not() {
        EmailEvent event = withSubject("Results for PAT@home.example", "Results for pat@home.example");

        EmailEvent kept = new EventPolicy(
                        FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP)
                .of(event);
        assertThat(kept.details().subject()).contains("Results for [recipient]");
        EmailEvent dropped = new EventPolicy(
                        FieldPolicy.DROP, FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP)
                .of(event);
        assertThat(dropped.details().customHeaders()).isEqualTo(Map.of("X-Subject", "[subject]"));
        assertThat(new EventPolicy(
                                FieldPolicy.DROP,
                                FieldPolicy.DROP,
                                FieldPolicy.KEEP,
                                FieldPolicy.KEEP,
                                FieldPolicy.KEEP)
                        .of(kept)
                        .details()
                        .customHeaders())
                .as("in two steps")
                .isEqualTo(Map.of("X-Subject", "[subject]"));
    }

    private static EmailEvent withSubject(String subject, String header) {
        Details full = event().details();
        return event().with(new Details(
                Optional.of(subject),
                full.reason(),
                full.smtpCode(),
                full.url(),
                full.ip(),
                full.userAgent(),
                full.machineOpen(),
                Map.of("X-Subject", header),
                full.metadata(),
                full.truncated()));
    }

    private static Map<String, String> manyHeaders() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 4_000; i++) {
            many.put("h" + i, "v");
        }
        return many;
    }

    @Test
    void a_mask_shows_no_more_than_a_host_name_behind_the_sign() {
        assertThat(masked("pat@home.example pat doe, born 1980")).isEqualTo("***");
        assertThat(masked("pat@home.example")).isEqualTo("p***@home.example");
    }

    @Test
    void each_field_follows_its_own_policy() {
        EmailEvent mixed = new EventPolicy(HMAC, MASK, MASK, MASK, FieldPolicy.KEEP).of(event());

        assertThat(mixed.recipient().address()).contains(PAT);
        assertThat(mixed.recipient().domain()).isEmpty();
        assertThat(mixed.details().subject()).contains("***");
        assertThat(mixed.details().customHeaders()).isEqualTo(Map.of("X-Note", "***", "X-Tier", "***"));
        assertThat(mixed.details().ip()).contains("203.0.113.0/24");
        assertThat(mixed.details().userAgent()).contains("Mail/1 for [recipient]");
        assertThat(new EventPolicy(MASK, MASK, MASK, MASK, MASK)
                        .of(event())
                        .recipient()
                        .domain())
                .contains(new SenderDomain("home.example"));
    }

    @Test
    void pseudonyms_of_many_headers_keep_within_the_limit_of_an_event() {
        EmailEvent large = event().with(event().details().with(manyHeaders(), List.of()));
        EmailEvent cut = new EventPolicy(HMAC, HMAC, HMAC, HMAC, HMAC).of(large);

        assertThat(EventCodec.encode(cut).length).isLessThan(64 * 1024);
        assertThat(cut.details().customHeaders()).isNotEmpty().hasSizeLessThan(4_000);
        assertThat(cut.details().truncated()).containsExactly("customHeaders");
    }

    @Test
    void without_settings_only_the_subject_is_left_out_of_the_topics_of_domains() {
        PrivacySettings settings = read(Map.of());

        assertThat(settings.events()).isEqualTo(EventPolicy.KEEP_ALL);
        assertThat(settings.onTheWayToDomains())
                .isEqualTo(new EventPolicy(
                        FieldPolicy.KEEP, FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP));
        assertThat(settings.state()).isEqualTo(FieldPolicy.KEEP);
        assertThat(settings.onTheWayToAnswers()).isEqualTo(EventPolicy.KEEP_ALL);
    }

    @Test
    void where_domains_may_hold_what_events_do_nothing_is_done_on_the_way() {
        assertThat(read(Map.of("privacy.events.subject", "drop")).onTheWayToDomains())
                .isEqualTo(EventPolicy.KEEP_ALL);
    }

    @Test
    void answers_can_hold_less_than_the_events_topic_of_each_field() {
        PrivacySettings settings = read(Map.of(
                "privacy.events.subject", "drop",
                "privacy.domain-topics.subject", "drop",
                "privacy.api.recipient", "mask",
                "privacy.api.custom-headers", "drop",
                "privacy.api.ip", "mask",
                "privacy.api.user-agent", "drop"));

        assertThat(settings.onTheWayToAnswers())
                .isEqualTo(new EventPolicy(MASK, FieldPolicy.KEEP, FieldPolicy.DROP, MASK, FieldPolicy.DROP));
        assertThat(settings.answersHoldAll()).isFalse();
        assertThat(read(Map.of("privacy.api.ip", "drop")).answersHoldAll()).isFalse();
        assertThat(read(Map.of()).answersHoldAll()).isTrue();
    }

    @Test
    void answers_drop_what_the_events_topic_drops_today_and_held_yesterday() {
        PrivacySettings settings =
                read(Map.of("privacy.events.ip", "drop", "privacy.domain-topics.ip", "drop", "privacy.api.ip", "drop"));

        assertThat(settings.onTheWayToAnswers().of(event()).details().ip()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jane%2Btag%40home.example",
                "jane%2btag%40HOME.example",
                "jane+tag%40home.example",
                "jane%2Btag@home.example",
                "jane+tag@home.example"
            })
    void an_address_is_found_however_a_url_encodes_it(String quoted) {
        assertThat(new Quotations()
                        .hide(Optional.of("jane+tag@home.example"), "recipient", false)
                        .without("https://clinic.example/u?to=" + quoted + "&a=b"))
                .isEqualTo("https://clinic.example/u?to=[recipient]&a=b");
    }

    @Test
    void of_a_subject_that_was_cut_the_rest_goes_with_it() {
        String known = "x".repeat(998);
        EmailEvent event = withSubject(known, "Re: " + known + "and the rest of it");
        Details details = event.details();
        EmailEvent cut = event.with(new Details(
                details.subject(),
                details.reason(),
                details.smtpCode(),
                details.url(),
                details.ip(),
                details.userAgent(),
                details.machineOpen(),
                details.customHeaders(),
                details.metadata(),
                List.of("subject")));
        EventPolicy withoutSubject = new EventPolicy(
                FieldPolicy.KEEP, FieldPolicy.DROP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP);

        assertThat(withoutSubject.of(cut).details().customHeaders()).isEqualTo(Map.of("X-Subject", "Re: [subject]"));
        assertThat(new String(
                        EventJson.of(withoutSubject, EventCodec.encode(cut)).orElseThrow(), StandardCharsets.UTF_8))
                .contains("\"Re: [subject]\"")
                .doesNotContain("xxx", "the rest");
    }

    @Test
    void keys_are_told_by_their_ids() {
        PrivacySettings settings = read(Map.of(
                "privacy.hmac-keys", "k1=" + KEY + "\nk2=" + "00".repeat(32),
                "privacy.state.recipient", "hmac:k2",
                "privacy.api.recipient", "hmac:k2"));

        assertThat(settings.state().ofAddress(Optional.of("pat@home.example"))).contains(PAT);
    }

    @Test
    void all_that_cannot_be_is_told_at_once() {
        SettingsException thrown = catchThrowableOfType(
                SettingsException.class,
                () -> read(Map.of(
                        "privacy.events.recipient", "mask",
                        "privacy.domain-topics.recipient", "keep",
                        "privacy.state.recipient", "drop",
                        "privacy.events.ip", "hide",
                        "privacy.hmac-keys", "k1=" + KEY + ",k1=" + KEY,
                        "privacy.events.custom-headers", "drop",
                        "privacy.domain-topics.custom-headers", "drop",
                        "privacy.api.custom-headers", "mask",
                        "privacy.events.subject", "hmac:k9")));

        assertThat(thrown.problems())
                .containsExactlyInAnyOrder(
                        "privacy.hmac-keys: expected each ID once, found 'k1' twice",
                        "privacy.events.subject: expected the ID of a key in privacy.hmac-keys, found 'k9'",
                        "privacy.events.ip: expected keep, drop, mask or hmac:ID, found 'hide'",
                        "privacy.domain-topics.recipient: expected drop or the same as privacy.events.recipient, from where it is"
                                + " filled, since that is not keep",
                        "privacy.api.custom-headers: expected drop or the same as privacy.events.custom-headers, from where it is"
                                + " filled, since that is not keep",
                        "privacy.api.recipient: expected drop or the same as privacy.state.recipient, from where it is filled,"
                                + " since that is not keep");
    }

    @Test
    void the_identity_key_is_no_key_for_pseudonyms() {
        SettingsReader reader =
                new SettingsReader(Map.of("privacy.hmac-keys", "k1=" + "00".repeat(32) + ",k2=" + KEY), Map.of());
        PrivacySettings.read(reader, new Secret(KEY.toUpperCase(Locale.ROOT)));

        assertThat(catchThrowableOfType(SettingsException.class, reader::finish).problems())
                .containsExactly("privacy.hmac-keys: expected other keys than identity.key, which is never replaced");
    }

    private static PrivacySettings read(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        PrivacySettings settings = PrivacySettings.read(reader, new Secret(""));
        reader.finish();
        return settings;
    }

    private static String json(EmailEvent event) {
        return new String(EventCodec.encode(event), StandardCharsets.UTF_8);
    }

    private static EmailEvent event() {
        return EVENT;
    }

    private static final EmailEvent EVENT = new EmailEvent(
            new Fingerprint("15d374e9617ed9391a553bc712aed92d"),
            EventKind.BOUNCED_HARD,
            "api_mail_log_permanent_failure",
            new Origin("main", Provider.PAUBOX, "r", Instant.parse("2026-04-18T20:27:26.001Z")),
            new Sender(new SenderDomain("clinic.example"), Optional.of("care@clinic.example"), FromSource.PAYLOAD),
            new Recipient(
                    Optional.of("pat@home.example"),
                    Optional.of(new SenderDomain("home.example")),
                    Optional.of(new RecipientKey("00112233445566778899aabbccddeeff"))),
            new MessageRef("m-1", MessageIdSource.MESSAGE_ID, Optional.empty(), Optional.empty(), Optional.empty()),
            new Occurrence(Instant.parse("2026-04-18T20:27:25.379Z"), OccurredAtSource.PAYLOAD),
            new Details(
                    Optional.of("Your surgery on Friday"),
                    Optional.of("550 <Pat@Home.example>: no such user"),
                    Optional.of("5.1.1"),
                    Optional.of("https://clinic.example/u?to=pat%40home.example&a=b"),
                    Optional.of("203.0.113.77"),
                    Optional.of("Mail/1 for pat@home.example"),
                    Optional.of(false),
                    Map.of("X-Note", "about your surgery on friday", "X-Tier", "gold"),
                    Map.of("to", "pat@home.example"),
                    List.of()));
}
