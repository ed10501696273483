package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * The result of {@code bench processor}, for a program to read.
 *
 * @param drained what was measured
 * @param found what came out
 * @param expected how many events went in, all of them distinct
 * @param loadBefore load average of the machine before anything was started
 */
record ProcessorReport(
        ProcessorPlan plan, List<Drained> drained, CountedEvents.Found found, long expected, double loadBefore) {

    /** Copies the list. */
    ProcessorReport {
        drained = List.copyOf(drained);
    }

    /**
     * One way to spread the bodies.
     *
     * @param run of the processor
     * @param parseOnly its limit
     * @param brokerMicros processor time of the broker for each event, beside that of the processor
     * @param bytesPerRawByte bytes written to all topics of the broker for each byte in the raw topic, itself included
     * @param byTopic the same for each topic by itself
     */
    record Drained(Run run, Run parseOnly, double brokerMicros, double bytesPerRawByte, Map<String, Double> byTopic) {

        /** Copies the map. */
        Drained {
            byTopic = Map.copyOf(byTopic);
        }
    }

    Session.Result result() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bench", "processor").put("verified", found.holds(expected, expected));
        ArrayNode runs = json.putArray("runs");
        ArrayNode baselines = json.putArray("baselines");
        for (Drained each : drained) {
            ObjectNode run = each.run()
                    .toJson()
                    .put("brokerCpuMicrosPerUnit", Run.rounded(each.brokerMicros(), 2))
                    .put("brokerBytesPerRawByte", Run.rounded(each.bytesPerRawByte(), 2));
            ObjectNode byTopic = run.putObject("brokerBytesByTopic");
            each.byTopic().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(topic -> byTopic.put(topic.getKey(), Run.rounded(topic.getValue(), 3)));
            runs.add(run);
            baselines.add(each.parseOnly().toJson());
        }
        json.put("smallerOverLarger", Run.rounded(smallerOverLarger(), 3));
        json.putObject("counts")
                .put("bodies", expected)
                .put("eventRecords", found.records())
                .put("distinctEvents", found.distinct())
                .put("eventsInStates", found.inStates());
        json.put("events", plan.events())
                .put("rounds", plan.rounds())
                .put("domains", plan.domains())
                .put("bodyBytes", plan.bodyBytes())
                .put("processorJvm", String.join(" ", plan.jvm()))
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", loadBefore);
        return new Session.Result(json, found.holds(expected, expected));
    }

    private double smallerOverLarger() {
        double least =
                drained.stream().mapToDouble(each -> each.run().value()).min().orElse(0);
        double most =
                drained.stream().mapToDouble(each -> each.run().value()).max().orElse(0);
        return most == 0 ? 0 : least / most;
    }
}
