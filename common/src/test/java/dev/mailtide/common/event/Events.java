package dev.mailtide.common.event;

import dev.mailtide.common.event.EmailEvent.Details;
import dev.mailtide.common.event.EmailEvent.FromSource;
import dev.mailtide.common.event.EmailEvent.MessageIdSource;
import dev.mailtide.common.event.EmailEvent.MessageRef;
import dev.mailtide.common.event.EmailEvent.OccurredAtSource;
import dev.mailtide.common.event.EmailEvent.Occurrence;
import dev.mailtide.common.event.EmailEvent.Origin;
import dev.mailtide.common.event.EmailEvent.Recipient;
import dev.mailtide.common.event.EmailEvent.Sender;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events by name. */
final class Events {

    private static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    private static final SenderDomain CLINIC = new SenderDomain("clinic.example");

    private Events() {}

    /** A hard bounce with every field there is. */
    static EmailEvent full() {
        return new EmailEvent(
                new Fingerprint("15d374e9617ed9391a553bc712aed92d"),
                EventKind.BOUNCED_HARD,
                "api_mail_log_permanent_failure",
                new Origin(
                        "paubox-main",
                        Provider.PAUBOX,
                        "0196ab12-3456-7890-abcd-ef0123456789",
                        Instant.parse("2026-04-18T20:27:26.001Z")),
                new Sender(CLINIC, Optional.of("\"Care, Team\" <care@clinic.example>"), FromSource.PAYLOAD),
                new Recipient(
                        Optional.of("pat@home.example"),
                        Optional.of(new SenderDomain("home.example")),
                        Optional.of(new RecipientKey("00112233445566778899aabbccddeeff"))),
                new MessageRef(
                        "m-1/2;3%4@clinic.example",
                        MessageIdSource.MESSAGE_ID,
                        Optional.of("track-1"),
                        Optional.of("4XyZ"),
                        Optional.of("5555555555")),
                new Occurrence(Instant.parse("2026-04-18T20:27:25.379Z"), OccurredAtSource.PAYLOAD),
                fullDetails());
    }

    private static Details fullDetails() {
        return new Details(
                Optional.of("Your visit \"Friday\" \\ 漢字 😀"),
                Optional.of("550 5.1.1\r\nno such user\tü"),
                Optional.of("5.1.1"),
                Optional.of("https://clinic.example/a?b=c&d=<e>"),
                Optional.of("2001:db8::1"),
                Optional.of("Mail/1.0 (für alle)"),
                Optional.of(false),
                Map.of("x-a", "3", "X-B", "2", "X-A", "1"),
                Map.of("tier", "gold", "campaign", "spring"),
                List.of("subject", "reason"));
    }

    /** A delivery with no field that can be left out. */
    static EmailEvent minimal() {
        return minimal(EventKind.DELIVERED, "api_mail_log_delivered");
    }

    /** The same about another message. */
    static EmailEvent minimal(String messageId) {
        EmailEvent any = minimal();
        Optional<String> none = Optional.empty();
        return new EmailEvent(
                any.id(),
                any.kind(),
                any.providerEvent(),
                any.origin(),
                any.sender(),
                any.recipient(),
                new MessageRef(messageId, MessageIdSource.MESSAGE_ID, none, none, none),
                any.occurrence(),
                any.details());
    }

    /** The same of another kind. */
    static EmailEvent minimal(EventKind kind, String providerEvent) {
        return new EmailEvent(
                new Fingerprint("0".repeat(32)),
                kind,
                providerEvent,
                new Origin("main", Provider.PAUBOX, "r", NEW_YEAR),
                new Sender(CLINIC, Optional.empty(), FromSource.CONFIG),
                new Recipient(Optional.empty(), Optional.empty(), Optional.empty()),
                new MessageRef(
                        "~" + "0".repeat(32),
                        MessageIdSource.FINGERPRINT,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Occurrence(NEW_YEAR, OccurredAtSource.RECEIVED),
                Details.NONE);
    }
}
