package dev.mailtide.common.event;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that happened to one message, whoever reported it: the normalised event, schema v1. Absent means absent; no
 * field holds an empty text.
 *
 * @param id the content fingerprint by which duplicates are told
 * @param kind what happened
 * @param providerEvent the provider's own name for it
 * @param origin where the report came from
 * @param sender whose mail it is
 * @param recipient to whom it went
 * @param message which message it is
 * @param occurrence when it happened
 * @param details what else the provider said
 */
public record EmailEvent(
        Fingerprint id,
        EventKind kind,
        String providerEvent,
        Origin origin,
        Sender sender,
        Recipient recipient,
        MessageRef message,
        Occurrence occurrence,
        Details details) {

    /** The key under which everything about this message meets. */
    public MessageKey messageKey() {
        return new MessageKey(sender.domain(), message.id());
    }

    /** The same event with other details. */
    public EmailEvent with(Details other) {
        return new EmailEvent(id, kind, providerEvent, origin, sender, recipient, message, occurrence, other);
    }

    /**
     * Where a report came from.
     *
     * @param source the configured source it was posted to
     * @param provider whose webhook it is
     * @param receiptId the id that ingest gave the request (UUIDv7)
     * @param receivedAt when ingest received it, in milliseconds
     */
    public record Origin(String source, Provider provider, String receiptId, Instant receivedAt) {}

    /** From which place the sender domain was taken. */
    public enum FromSource {
        PAYLOAD,
        ENVELOPE,
        CONFIG
    }

    /**
     * Whose mail it is.
     *
     * @param domain the sender domain: the key of everything
     * @param from the sender as the provider wrote it
     * @param fromSource where the domain was found
     */
    public record Sender(SenderDomain domain, Optional<String> from, FromSource fromSource) {}

    /**
     * To whom it went. All three are empty where the provider named nobody.
     *
     * @param address the normalised address
     * @param domain its domain, where that is a host name
     * @param key what stands for the recipient in state and keys
     */
    public record Recipient(Optional<String> address, Optional<SenderDomain> domain, Optional<RecipientKey> key) {}

    /** From which field the message id was taken. */
    public enum MessageIdSource {
        /** The Message-ID header: what it should be. */
        MESSAGE_ID,
        /** The provider's tracking id, for want of a Message-ID. */
        TRACKING_ID,
        /** Neither was there: the event is a message of its own. */
        FINGERPRINT
    }

    /**
     * Which message it is.
     *
     * @param id the message id without angle brackets
     * @param idSource where it was found
     * @param trackingId the provider's id of the send
     * @param queueId the provider's id of the SMTP hand-over
     * @param providerMessageId the provider's own id of the message or log row
     */
    public record MessageRef(
            String id,
            MessageIdSource idSource,
            Optional<String> trackingId,
            Optional<String> queueId,
            Optional<String> providerMessageId) {}

    /** From which clock the time was taken. */
    public enum OccurredAtSource {
        PAYLOAD,
        /** The provider's time was missing, unreadable or in the future. */
        RECEIVED
    }

    /**
     * When it happened.
     *
     * @param at in milliseconds
     * @param source whose clock says so
     */
    public record Occurrence(Instant at, OccurredAtSource source) {}

    /**
     * What else the provider said.
     *
     * @param truncated the names of the fields that were cut to their limit
     */
    public record Details(
            Optional<String> subject,
            Optional<String> reason,
            Optional<String> smtpCode,
            Optional<String> url,
            Optional<String> ip,
            Optional<String> userAgent,
            Optional<Boolean> machineOpen,
            Map<String, String> customHeaders,
            Map<String, String> metadata,
            List<String> truncated) {

        /** Nothing else. */
        public static final Details NONE = ofSubject(Optional.empty());

        /** Copies the collections. */
        public Details {
            customHeaders = Map.copyOf(customHeaders);
            metadata = Map.copyOf(metadata);
            truncated = List.copyOf(truncated);
        }

        /** A subject and nothing else. */
        public static Details ofSubject(Optional<String> subject) {
            Optional<String> none = Optional.empty();
            return new Details(subject, none, none, none, none, none, Optional.empty(), Map.of(), Map.of(), List.of());
        }

        /** The same with these custom headers and these names of cut fields. */
        public Details with(Map<String, String> headers, List<String> cut) {
            return new Details(subject, reason, smtpCode, url, ip, userAgent, machineOpen, headers, metadata, cut);
        }
    }
}
