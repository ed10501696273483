package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rows and columns of each answer as CSV and NDJSON: a contract with whoever loads them into a table. */
final class Forms {

    private static final String[] MESSAGES = {
        "total",
        "pending",
        "deferred",
        "softBounced",
        "undeterminedBounced",
        "delivered",
        "failed",
        "rejected",
        "dropped",
        "hardBounced"
    };

    private static final String[] KINDS = {
        "sent",
        "delivered",
        "deferred",
        "bouncedSoft",
        "bouncedHard",
        "bouncedUndetermined",
        "dropped",
        "rejected",
        "failed",
        "opened",
        "clicked",
        "complained",
        "unsubscribed",
        "resubscribed",
        "unknown"
    };

    private static final Columns OF_DOMAIN = Columns.of("domain", "asOf", "countedSince", "sources")
            .and("messages", MESSAGES)
            .and(
                    "reactions",
                    "openedMessages",
                    "machineOnlyOpenedMessages",
                    "clickedMessages",
                    "complainedMessages",
                    "unsubscribedMessages")
            .and("events", KINDS)
            .andPaths("softRecovered")
            .and("rates.delivery", "value", "of", "over", "judged")
            .and("rates.hardBounce", "value", "of", "over", "judged", "verdict")
            .and("rates.softBounce", "value", "of", "over", "judged")
            .and("rates.open", "value", "of", "over", "judged")
            .and("rates.complaint", "value", "of", "over", "judged", "verdict")
            .and("timeToOpen", "p50Seconds", "p95Seconds", "count")
            .andPaths("firstEventAt", "lastEventAt");

    /** One domain: one row. */
    static final Form DOMAIN = Form.ofOne(OF_DOMAIN);

    /** Domains: a row for each. */
    static final Form DOMAINS = Form.ofList("domains", OF_DOMAIN);

    /** A series: a row for each bucket. */
    static final Form SERIES =
            Form.ofList("buckets", Columns.of("start").and("events", KINDS).and("messages", MESSAGES));

    /** A message: a row for each event of each recipient. */
    static final Form MESSAGE = new Form(
            "recipients",
            Columns.of(
                    "recipient",
                    "recipientKey",
                    "status",
                    "id",
                    "type",
                    "bounceType",
                    "occurredAt",
                    "receiptId",
                    "rawPartition",
                    "rawOffset"),
            Forms::timeLine);

    /** Events: a row for each. What senders and providers add by names of their own is in the other forms alone. */
    static final Form EVENTS = Form.ofList(
            "events",
            Columns.of(
                    "occurredAt",
                    "senderDomain",
                    "type",
                    "bounceType",
                    "recipient",
                    "recipientDomain",
                    "recipientKey",
                    "messageId",
                    "subject",
                    "reason",
                    "smtpCode",
                    "url",
                    "ip",
                    "userAgent",
                    "machineOpen",
                    "from",
                    "fromSource",
                    "id",
                    "source",
                    "provider",
                    "providerEvent",
                    "messageIdSource",
                    "trackingId",
                    "queueId",
                    "providerMessageId",
                    "occurredAtSource",
                    "receivedAt",
                    "receiptId",
                    "truncated"));

    private static final String[] FACTS = {
        "hardBounce.at", "complaint.at", "unsubscribe.at", "resubscribe.at", "delivery.at"
    };

    /** Whom not to write to any more: a row for each recipient. */
    static final Form SUPPRESSIONS = Form.ofList(
            "suppressions", Columns.of("recipientKey", "recipient", "reasons").andPaths(FACTS));

    /** Recipients that were asked for: a row for each. */
    static final Form CHECKED = Form.ofList(
            "recipients",
            Columns.of("address", "suppress", "recipientKey", "reasons").andPaths(FACTS));

    /** Where events go: a row for each domain. */
    static final Form TOPICS = Form.ofList(
            "topics",
            Columns.of("domain", "route", "topic", "since", "reason", "creating")
                    .and("previous", "route", "topic", "since"));

    /** Dead letters: a row for each. */
    static final Form DEAD_LETTERS = Form.ofList(
            "deadLetters",
            Columns.of(
                    "partition",
                    "offset",
                    "receiptId",
                    "reason",
                    "class",
                    "exception",
                    "source",
                    "provider",
                    "receivedAt",
                    "appendedAt",
                    "replayedAt",
                    "bodyBytes",
                    "raw.topic",
                    "raw.partition",
                    "raw.offset"));

    /** Sources: a row for each instance of each, with the reasons of refusals in one cell. */
    static final Form SOURCES = new Form(
            "sources",
            Columns.of(
                    "source",
                    "instance",
                    "countedSince",
                    "lastSeenAt",
                    "silentSince",
                    "accepted",
                    "refused",
                    "spoolWaiting"),
            Forms::instances);

    private Forms() {}

    private static List<JsonNode> timeLine(ObjectNode message) {
        return flat(message.path("recipients"), "events", Forms::ofRecipient);
    }

    private static ObjectNode ofRecipient(JsonNode recipient) {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        for (String member : List.of("recipient", "recipientKey", "status")) {
            if (recipient.has(member)) {
                head.set(member, recipient.get(member));
            }
        }
        return head;
    }

    private static List<JsonNode> instances(ObjectNode answer) {
        List<JsonNode> rows = flat(answer.path("sources"), "instances", Forms::ofSource);
        for (JsonNode row : rows) {
            List<String> reasons = new ArrayList<>();
            for (Map.Entry<String, JsonNode> reason : row.path("refused").properties()) {
                reasons.add(reason.getKey() + "=" + reason.getValue().asText());
            }
            ((ObjectNode) row).put("refused", String.join(" ", reasons));
        }
        return rows;
    }

    private static ObjectNode ofSource(JsonNode source) {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        head.set("source", source.path("source"));
        head.set("silentSince", source.path("silentSince"));
        return head;
    }

    /** A row for each item of the list inside of each outer one, with what is said of the outer one in front. */
    private static List<JsonNode> flat(JsonNode outer, String inner, Function<JsonNode, ObjectNode> head) {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode one : outer) {
            for (JsonNode item : one.path(inner)) {
                ObjectNode row = head.apply(one);
                item.properties().forEach(member -> row.set(member.getKey(), member.getValue()));
                rows.add(row);
            }
        }
        return rows;
    }
}
