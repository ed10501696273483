package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The result, for a program to read.
 *
 * @param runs of ingest, each with its limit
 * @param baselines what the limits are made of
 * @param loadBefore load average of the machine before anything was started; well above 0, the figures say little
 */
record Report(IngestPlan plan, List<Run> runs, List<Run> baselines, Verdict.Checked counts, double loadBefore) {

    /** Copies the lists. */
    Report {
        runs = List.copyOf(runs);
        baselines = List.copyOf(baselines);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bench", "ingest").put("verified", counts.holds());
        json.set("runs", array(runs));
        json.set("baselines", array(baselines));
        json.putObject("counts")
                .put("answered", counts.answered())
                .put("unknown", counts.unknown())
                .put("rawRecords", counts.rawRecords())
                .put("acked", counts.acked())
                .put("producerRecords", counts.producerRecords());
        json.put("rounds", plan.rounds())
                .put("windowSeconds", plan.window().toSeconds())
                .put("bodyBytes", plan.bodyBytes())
                .put("ingestJvm", String.join(" ", plan.ingestJvm()))
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", loadBefore);
        return json;
    }

    private static ArrayNode array(List<Run> runs) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        runs.forEach(run -> array.add(run.toJson()));
        return array;
    }
}
