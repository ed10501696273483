package dev.mailtide.processor.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one instance of ingest told of one source.
 *
 * @param countedSince when its counts began
 * @param lastSeenAt when they were last seen to change
 * @param accepted posts answered 200
 * @param refused posts answered otherwise, by reason
 * @param refusedAt when one of each reason was last seen, where ingest tells it
 * @param spoolWaiting frames of all sources that wait in the spool of this instance
 */
record SourceStatus(
        String source,
        String instance,
        Instant countedSince,
        Instant lastSeenAt,
        long accepted,
        SortedMap<String, Long> refused,
        SortedMap<String, Instant> refusedAt,
        long spoolWaiting) {

    private static final int BYTES_MAX = 16 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Nothing if it is none, or longer than any of ours. */
    static Optional<SourceStatus> decode(byte[] value) {
        if (value.length > BYTES_MAX) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(value);
            SortedMap<String, Long> refused = new TreeMap<>();
            for (Map.Entry<String, JsonNode> reason : json.path("refused").properties()) {
                refused.put(reason.getKey(), reason.getValue().longValue());
            }
            SortedMap<String, Instant> refusedAt = new TreeMap<>();
            for (Map.Entry<String, JsonNode> reason : json.path("refusedAt").properties()) {
                refusedAt.put(reason.getKey(), Instant.parse(reason.getValue().asText()));
            }
            return Optional.of(new SourceStatus(
                    json.path("source").asText(),
                    json.path("instance").asText(),
                    Instant.parse(json.path("countedSince").asText()),
                    Instant.parse(json.path("lastSeenAt").asText()),
                    json.path("accepted").longValue(),
                    refused,
                    refusedAt,
                    json.path("spoolWaiting").longValue()));
        } catch (IOException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }

    String key() {
        return source + "|" + instance;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("instance", instance)
                .put("countedSince", Times.text(countedSince))
                .put("lastSeenAt", Times.text(lastSeenAt))
                .put("accepted", accepted);
        ObjectNode byReason = json.putObject("refused");
        refused.forEach(byReason::put);
        ObjectNode times = json.putObject("refusedAt");
        refusedAt.forEach((reason, at) -> times.put(reason, Times.text(at)));
        return json.put("spoolWaiting", spoolWaiting);
    }
}
