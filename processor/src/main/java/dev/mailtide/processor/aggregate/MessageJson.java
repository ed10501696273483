package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.privacy.FieldPolicy;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What the ledger knows of one message, as answers show it. */
final class MessageJson {

    /** A message has 100 recipients at most at Paubox; a thousand rows are more than a person reads. */
    private static final int ROWS_MAX = 1_000;

    /** Events of all recipients together: an answer is built in memory. */
    private static final int EVENTS_MAX = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private MessageJson() {}

    /**
     * Adds the recipients, and {@code partial} where a list was cut. Adds nothing if nothing is known.
     *
     * @param addresses what becomes of the recipients' addresses
     */
    static void addTo(
            ObjectNode json,
            MessageKey message,
            ReadOnlyKeyValueStore<byte[], byte[]> facts,
            ReadOnlyKeyValueStore<byte[], byte[]> events,
            FieldPolicy addresses) {
        byte[] prefix = RowKey.ofMessage(message);
        ArrayNode recipients = json.putArray("recipients");
        int eventsLeft = EVENTS_MAX;
        try (KeyValueIterator<byte[], byte[]> rows =
                facts.prefixScan(prefix, Serdes.ByteArray().serializer())) {
            while (rows.hasNext() && recipients.size() < ROWS_MAX) {
                KeyValue<byte[], byte[]> row = rows.next();
                ObjectNode recipient = recipients.addObject();
                describe(recipient, FactsCodec.decode(row.value), addresses);
                RowKey.recipientOf(row.key, prefix)
                        .map(RecipientKey::hex)
                        .ifPresent(key -> recipient.put("recipientKey", key));
                eventsLeft -= addEvents(recipient, row.key, events, Math.min(ROWS_MAX, eventsLeft));
            }
            if (rows.hasNext() || recipients.findValue("partial") != null) {
                json.put("partial", true);
            }
        }
    }

    private static void describe(ObjectNode recipient, Facts known, FieldPolicy addresses) {
        addresses.ofAddress(known.address()).ifPresent(address -> recipient.put("recipient", address));
        known.standing().ifPresent(standing -> recipient.put("status", standing.wireName()));
        ObjectNode firstTimes = recipient.putObject("firstTimes");
        SortedMap<String, Long> firsts = new TreeMap<>();
        known.firsts().forEach((mark, first) -> firsts.merge(mark.kind().counter(), first, Math::min));
        for (Map.Entry<String, Long> first : firsts.entrySet()) {
            firstTimes.put(first.getKey(), Times.text(Instant.ofEpochMilli(first.getValue())));
        }
    }

    /** Adds so many events at most, and says how many these were. */
    private static int addEvents(
            ObjectNode recipient, byte[] row, ReadOnlyKeyValueStore<byte[], byte[]> events, int most) {
        SortedMap<String, SeenEvent> seen = new TreeMap<>();
        try (KeyValueIterator<byte[], byte[]> rows =
                events.prefixScan(row, Serdes.ByteArray().serializer())) {
            while (rows.hasNext() && seen.size() < most) {
                KeyValue<byte[], byte[]> next = rows.next();
                seen.put(RowKey.fingerprintOf(next.key).hex(), SeenEvent.decode(next.value));
            }
            if (rows.hasNext()) {
                recipient.put("partial", true);
            }
        }
        ArrayNode json = recipient.putArray("events");
        seen.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().occurredMillis()))
                .forEach(entry -> json.add(event(entry.getKey(), entry.getValue())));
        return seen.size();
    }

    private static ObjectNode event(String id, SeenEvent seen) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", id);
        json.put("type", seen.kind().type());
        seen.kind().bounceType().ifPresent(bounce -> json.put("bounceType", bounce));
        json.put("occurredAt", Times.text(Instant.ofEpochMilli(seen.occurredMillis())));
        json.put("receiptId", seen.receiptId());
        json.put("rawPartition", seen.raw().partition());
        json.put("rawOffset", seen.raw().offset());
        return json;
    }
}
