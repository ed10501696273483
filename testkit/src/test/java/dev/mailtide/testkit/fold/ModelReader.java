package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reading half of the product model: good enough for the random histories, and with no class of the fold. */
final class ModelReader {

    private static final Pattern IN_BRACKETS = Pattern.compile(".*<([^<>]+)>");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?i)([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*(?![0-9]+$)[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Map<String, String> KINDS = Map.of(
            "api_mail_log_delivered", "delivered",
            "api_mail_log_opened", "opened",
            "api_mail_log_temporary_failure", "bouncedSoft",
            "api_mail_log_permanent_failure", "bouncedHard");

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final Fault fault;

    ModelReader(Fault fault) {
        this.fault = fault;
    }

    /** Why the body is no event; empty if it is one. */
    String refusal(RawBody raw) {
        if (raw.body().isEmpty()) {
            return "empty";
        }
        JsonNode json = json(raw);
        if (json.isMissingNode()) {
            return "not-json";
        }
        if (!json.isObject()) {
            return "not-an-object";
        }
        if (fault != Fault.ANY_PROVIDER_TAKEN && !raw.provider().equals("paubox")) {
            return "unknown-provider";
        }
        if (!json.path("event_name").isTextual() || text(json, "event_name").isEmpty()) {
            return "no-event-name";
        }
        if (!json.path("payload").isObject()) {
            return "no-payload";
        }
        String domain = domainOf(text(json.path("payload"), "from"));
        return HOST_NAME.matcher(domain).matches() ? "" : "no-sender-domain";
    }

    ModelEvent read(RawBody raw) {
        JsonNode json = json(raw);
        JsonNode payload = json.path("payload");
        String eventName = text(json, "event_name");
        String recipient = recipient(text(payload, "to"));
        String headerId = headerId(payload);
        String trackingId = fault == Fault.TRACKING_ID_NOT_USED ? "" : text(payload, "source_tracking_id");
        String idInFingerprint =
                headerId.isEmpty() && fault == Fault.FALLBACK_ID_IN_FINGERPRINT ? trackingId : headerId;
        boolean believed = isBelievable(text(payload, "time"), raw.receivedAt());
        String receipt = fault == Fault.RECEIPT_ID_NOT_IN_FINGERPRINT ? "" : raw.receiptId();
        String nameInFingerprint =
                fault == Fault.LOWERED_EVENT_NAME_IN_FINGERPRINT ? eventName.toLowerCase(Locale.ROOT) : eventName;
        String fingerprint = fingerprint(List.of(
                "v1",
                raw.provider(),
                nameInFingerprint,
                idInFingerprint,
                mailLogId(payload),
                recipient,
                believed ? text(payload, "time") : receipt,
                "",
                ""));
        String messageId = !headerId.isEmpty() ? headerId : !trackingId.isEmpty() ? trackingId : "~" + fingerprint;
        return new ModelEvent(
                domainOf(text(payload, "from")),
                messageId,
                recipient,
                fault == Fault.ONE_RECIPIENT_GROUP ? "other" : group(recipient),
                kind(eventName),
                fingerprint,
                believed ? time(text(payload, "time")) : raw.receivedAt(),
                raw);
    }

    private JsonNode json(RawBody raw) {
        try {
            return mapper.readTree(raw.body().bytes());
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static String text(JsonNode parent, String field) {
        JsonNode node = parent.path(field);
        return node.isNull() ? "" : node.asText().strip();
    }

    private String mailLogId(JsonNode payload) {
        boolean narrow =
                fault == Fault.MAIL_LOG_ID_OF_32_BITS && payload.path("id").isNumber();
        return narrow ? String.valueOf(payload.path("id").intValue()) : text(payload, "id");
    }

    private String headerId(JsonNode payload) {
        String id = text(payload, "header_message_id")
                .replaceFirst("^<(.*)>$", "$1")
                .strip();
        if (id.length() > 998 && fault != Fault.MESSAGE_ID_OF_ANY_LENGTH) {
            return "";
        }
        return fault == Fault.MESSAGE_ID_CASE_LOWERED ? id.toLowerCase(Locale.ROOT) : id;
    }

    private String kind(String eventName) {
        String name = fault == Fault.EVENT_NAME_CASE_MATTERS ? eventName : eventName.toLowerCase(Locale.ROOT);
        return KINDS.getOrDefault(name, "unknown");
    }

    private String recipient(String to) {
        String address = fault == Fault.RECIPIENT_WITH_DISPLAY_NAME ? to : addressIn(to);
        return fault == Fault.RECIPIENT_CASE_KEPT ? address : address.toLowerCase(Locale.ROOT);
    }

    private static String addressIn(String text) {
        Matcher named = IN_BRACKETS.matcher(text);
        return named.matches() ? named.group(1) : text;
    }

    private String domainOf(String from) {
        String address = addressIn(from);
        if (!address.contains("@")) {
            return "";
        }
        String name =
                address.replaceFirst(".*@", "").replaceAll("\\([^)]*\\)", "").replaceFirst("\\.$", "");
        if (fault == Fault.DOMAIN_CASE_KEPT) {
            return IDN.toASCII(name);
        }
        boolean asWritten = fault == Fault.DOMAIN_NOT_IN_A_LABELS;
        return (asWritten ? name.replaceAll("[^\\x00-\\x7f]", "x") : IDN.toASCII(name)).toLowerCase(Locale.ROOT);
    }

    private static String group(String recipient) {
        return switch (recipient.replaceFirst(".*@", "")) {
            case "gmail.com" -> "gmail";
            case "outlook.com" -> "microsoft";
            case "yahoo.com" -> "yahoo-aol";
            case "icloud.com" -> "apple";
            case "web.de" -> "gmx";
            default -> "other";
        };
    }

    private boolean isBelievable(String text, Instant receivedAt) {
        if (!text.matches("\\d{4}-.*T.*")) {
            return false;
        }
        try {
            long aheadMillis = receivedAt.until(time(text), ChronoUnit.MILLIS);
            long aheadMillisMax = fault == Fault.FUTURE_TIME_REFUSED_AT_ONE_HOUR ? 3_599_999 : 3_600_000;
            return aheadMillis <= aheadMillisMax || fault == Fault.FUTURE_TIME_BELIEVED;
        } catch (DateTimeException unreadable) {
            return false;
        }
    }

    private static Instant time(String text) {
        return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    }

    private static String fingerprint(List<String> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String part : parts) {
                byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length == 0 ? -1 : utf8.length);
                out.write(utf8);
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
            return HexFormat.of().formatHex(hash).substring(0, 32);
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException("writing to memory", cannotHappen);
        } catch (NoSuchAlgorithmException cannotHappen) {
            throw new IllegalStateException("every JDK has SHA-256", cannotHappen);
        }
    }
}
