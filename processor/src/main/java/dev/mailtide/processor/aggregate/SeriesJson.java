package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import java.time.Instant;

/** One bucket of a series, schema v1, as topics and answers show it. */
final class SeriesJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SeriesJson() {}

    /** @param totals say which sources the domain has: what none of them reports is null */
    static ObjectNode of(long startMillis, Bucket bucket, Totals totals) {
        ObjectNode json = JSON.createObjectNode().put("start", Times.text(Instant.ofEpochMilli(startMillis)));
        json.set("events", DomainStateJson.events(bucket.events(), totals));
        json.set("messages", DomainStateJson.messages(bucket.messages(), totals));
        return json;
    }
}
