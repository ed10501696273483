package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed lists that stand in stored formats: a change of any of these rows is a change of a contract. */
class VocabularyTest {

    @Test
    void the_kinds_of_event_keep_their_order_their_types_and_their_counters() {
        String table = Arrays.stream(EventKind.values())
                .map(kind -> kind.type() + " " + kind.bounceType().orElse("-") + " " + kind.counter())
                .collect(Collectors.joining("\n"));

        assertThat(table).isEqualTo("""
                        sent - sent
                        delivered - delivered
                        deferred - deferred
                        bounced soft bouncedSoft
                        bounced hard bouncedHard
                        bounced undetermined bouncedUndetermined
                        dropped - dropped
                        rejected - rejected
                        failed - failed
                        opened - opened
                        clicked - clicked
                        complained - complained
                        unsubscribed - unsubscribed
                        resubscribed - resubscribed
                        unknown - unknown""");
    }

    @ParameterizedTest
    @EnumSource
    void a_kind_is_found_by_its_type_and_bounce_type(EventKind kind) {
        assertThat(EventKind.of(kind.type(), kind.bounceType())).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"bounced,", "bounced, harder", "delivered, hard", "Delivered,", "bouncedHard,", "BOUNCED_HARD,", "'',"})
    void no_kind_has_another_type_and_bounce_type(String type, @Nullable String bounceType) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventKind.of(type, Optional.ofNullable(bounceType)))
                .withMessage("an event of a type that this release does not know");
    }

    @Test
    void paubox_reports_deliveries_bounces_and_opens_and_no_machine_opens() {
        EnumSet<EventKind> reported = EnumSet.allOf(EventKind.class);
        reported.removeIf(kind -> !Provider.PAUBOX.canReport(kind));

        assertThat(reported)
                .containsExactly(
                        EventKind.DELIVERED,
                        EventKind.BOUNCED_SOFT,
                        EventKind.BOUNCED_HARD,
                        EventKind.OPENED,
                        EventKind.UNKNOWN);
        assertThat(Provider.PAUBOX.tellsMachineOpens()).isFalse();
    }

    @Test
    void a_provider_is_found_by_its_name_in_exactly_one_spelling() {
        assertThat(Provider.named("paubox")).contains(Provider.PAUBOX);
        assertThat(Provider.named("Paubox")).isEmpty();
        assertThat(Provider.named("PAUBOX")).isEmpty();
        assertThat(Provider.named(" paubox")).isEmpty();
        assertThat(Provider.named("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gmail.com, gmail",
        "googlemail.com, gmail",
        "outlook.com, microsoft",
        "hotmail.com, microsoft",
        "live.com, microsoft",
        "msn.com, microsoft",
        "yahoo.com, yahoo-aol",
        "ymail.com, yahoo-aol",
        "rocketmail.com, yahoo-aol",
        "aol.com, yahoo-aol",
        "icloud.com, apple",
        "me.com, apple",
        "mac.com, apple",
        "comcast.net, comcast",
        "proton.me, proton",
        "protonmail.com, proton",
        "pm.me, proton",
        "gmx.com, gmx",
        "gmx.net, gmx",
        "gmx.de, gmx",
        "web.de, gmx",
        "zoho.com, zoho",
        "zohomail.com, zoho",
        "clinic.example, other",
        "mail.gmail.com, other",
        "notgmail.com, other",
        "yahoo.co.uk, other",
        "comcast.com, other",
    })
    void a_recipient_group_is_given_by_the_exact_domain(String domain, String group) {
        assertThat(RecipientGroup.ofDomain(Optional.of(new SenderDomain(domain)))
                        .wireName())
                .isEqualTo(group);
    }

    @Test
    void a_recipient_without_a_domain_is_in_the_group_of_all_others() {
        assertThat(RecipientGroup.ofDomain(Optional.empty())).isEqualTo(RecipientGroup.OTHER);
    }

    @Test
    void the_recipient_groups_keep_their_order_and_are_found_by_name() {
        assertThat(RecipientGroup.values())
                .extracting(RecipientGroup::wireName)
                .containsExactly(
                        "other", "gmail", "microsoft", "yahoo-aol", "apple", "comcast", "proton", "gmx", "zoho");
        for (RecipientGroup group : RecipientGroup.values()) {
            assertThat(RecipientGroup.named(group.wireName())).contains(group);
        }
        assertThat(RecipientGroup.named("Gmail")).isEmpty();
        assertThat(RecipientGroup.named("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-04-18T20:27:26.001Z, 2026-04-18T20:27:26.001Z",
        "2026-04-18T20:27:26Z, 2026-04-18T20:27:26.000Z",
        "2026-04-18T20:27:26.1Z, 2026-04-18T20:27:26.100Z",
        "2026-04-18T20:27:26.999999Z, 2026-04-18T20:27:26.999Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
    })
    void a_time_is_written_in_utc_with_three_digits_of_milliseconds(String time, String text) {
        assertThat(Times.text(Instant.parse(time))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m-1@clinic.example", "a/b/c", "/", "//", " ", "~15d374e9617ed9391a553bc712aed92d", "漢"})
    void a_message_key_is_read_as_it_was_written_slashes_included(String messageId) {
        MessageKey key = new MessageKey(new SenderDomain("clinic.example"), messageId);

        assertThat(key.text()).isEqualTo("clinic.example/" + messageId);
        assertThat(MessageKey.parse(key.text())).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "'m-1@a.example', m-1@a.example",
        "'<m-1@a.example>', m-1@a.example",
        "' < m-1@a.example > ', m-1@a.example",
        "'<m-1', <m-1",
        "'<<m-1>>', <m-1>",
        "'<>', ''",
        "'<', <",
    })
    void a_message_id_stands_in_its_key_without_brackets_and_white_space_around_it(String written, String bare) {
        assertThat(MessageKey.bareId(written)).isEqualTo(bare);
    }

    @Test
    void a_message_id_has_1_to_998_characters() {
        SenderDomain domain = new SenderDomain("clinic.example");

        assertThat(new MessageKey(domain, "x".repeat(998)).messageId()).hasSize(998);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MessageKey(domain, "x".repeat(999)))
                .withMessage("a message id has 1 to 998 characters, not 999");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MessageKey(domain, ""))
                .withMessage("a message id has 1 to 998 characters, not 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clinic.example", "clinic.example/", "/m-1", "Clinic.example/m-1", "192.0.2.1/m-1"})
    void what_is_no_message_key_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageKey.parse(text));
    }
}
