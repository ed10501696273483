package dev.mailtide.processor.normalise;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.MailAddress;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.SenderDomain;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads Paubox's webhook: {@code event_name} and {@code payload}, one event for one recipient. Only those two and a
 * usable {@code from} are required; everything else may be missing, since no page of Paubox says what may not. Both
 * documented forms are read, with and without {@code custom_headers}.
 */
final class PauboxEvents {

    private static final Map<String, EventKind> KINDS = Map.of(
            "api_mail_log_delivered", EventKind.DELIVERED,
            "api_mail_log_temporary_failure", EventKind.BOUNCED_SOFT,
            "api_mail_log_permanent_failure", EventKind.BOUNCED_HARD,
            "api_mail_log_opened", EventKind.OPENED);

    private final IdentityKey identityKey;

    PauboxEvents(IdentityKey identityKey) {
        this.identityKey = identityKey;
    }

    /** @param bodyBytes size of the body that the JSON was read from */
    Reading read(JsonNode body, int bodyBytes, RawBody raw) {
        JsonNode name = body.path("event_name");
        Optional<String> eventName = name.isTextual() ? JsonBody.text(body, "event_name") : Optional.empty();
        if (eventName.isEmpty()) {
            return new Reading.Unreadable(DeadReason.NO_EVENT_NAME);
        }
        JsonNode payload = body.path("payload");
        if (!payload.isObject()) {
            return new Reading.Unreadable(DeadReason.NO_PAYLOAD);
        }
        Optional<String> from = JsonBody.text(payload, "from");
        Optional<SenderDomain> domain = from.map(MailAddress::read).flatMap(MailAddress::domain);
        if (domain.isEmpty()) {
            return new Reading.Unreadable(DeadReason.NO_SENDER_DOMAIN);
        }
        return new Reading.Understood(event(eventName.get(), payload, domain.get(), raw, new FieldLimits(bodyBytes)));
    }

    private EmailEvent event(String eventName, JsonNode payload, SenderDomain domain, RawBody raw, FieldLimits limits) {
        Optional<MailAddress> to = JsonBody.text(payload, "to").map(MailAddress::read);
        ProviderTime time = ProviderTime.read(JsonBody.text(payload, "time"), raw.receivedAt());
        Optional<String> messageId =
                idOf(JsonBody.text(payload, "header_message_id").map(MessageKey::bareId));
        Fingerprint fingerprint =
                fingerprint(eventName, messageId, payload, to, time.text().orElse(raw.receiptId()));
        Sender sender = new Sender(domain, limits.line("from", JsonBody.text(payload, "from")), FromSource.PAYLOAD);
        Recipient recipient = new Recipient(
                limits.line("recipient", to.map(MailAddress::text)),
                to.flatMap(MailAddress::domain),
                to.map(MailAddress::text).map(identityKey::keyOf));
        MessageRef message = message(messageId, payload, fingerprint, limits);
        Details details = Details.ofSubject(limits.line("subject", JsonBody.text(payload, "subject")));
        Map<String, String> headers = limits.headers("customHeaders", JsonBody.texts(payload.path("custom_headers")));
        EmailEvent event = new EmailEvent(
                fingerprint,
                KINDS.getOrDefault(eventName.toLowerCase(Locale.ROOT), EventKind.UNKNOWN),
                limits.line("providerEvent", eventName),
                new Origin(raw.source(), Provider.PAUBOX, raw.receiptId(), raw.receivedAt()),
                sender,
                recipient,
                message,
                new Occurrence(
                        time.at().orElse(raw.receivedAt()),
                        time.at().isPresent() ? OccurredAtSource.PAYLOAD : OccurredAtSource.RECEIVED),
                details.with(headers, limits.cut()));
        return limits.fitted(event);
    }

    private static Fingerprint fingerprint(
            String eventName, Optional<String> messageId, JsonNode payload, Optional<MailAddress> to, String time) {
        Optional<String> none = Optional.empty();
        return Fingerprint.over(List.of(
                Optional.of("v1"),
                Optional.of(Provider.PAUBOX.wireName()),
                Optional.of(eventName),
                messageId,
                JsonBody.text(payload, "id"),
                to.map(MailAddress::text),
                Optional.of(time),
                none,
                none));
    }

    private static MessageRef message(
            Optional<String> messageId, JsonNode payload, Fingerprint fingerprint, FieldLimits limits) {
        Optional<String> tracking = JsonBody.text(payload, "source_tracking_id");
        Optional<String> usableTracking = idOf(tracking);
        MessageIdSource source = messageId.isPresent()
                ? MessageIdSource.MESSAGE_ID
                : usableTracking.isPresent() ? MessageIdSource.TRACKING_ID : MessageIdSource.FINGERPRINT;
        return new MessageRef(
                messageId.or(() -> usableTracking).orElse("~" + fingerprint.hex()),
                source,
                limits.line("trackingId", tracking),
                limits.line("queueId", JsonBody.text(payload, "outbound_queue_id")),
                limits.line("providerMessageId", JsonBody.text(payload, "id")));
    }

    private static Optional<String> idOf(Optional<String> text) {
        return text.filter(id -> !id.isEmpty() && id.length() <= MessageKey.MESSAGE_ID_CHARS_MAX);
    }
}
