package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The result of {@code bench restore}, for a program to read.
 *
 * @param seconds what was measured
 * @param stateBytes the state folder before it was wiped
 * @param found what came out
 * @param loadBefore load average of the machine before anything was started
 */
record RestoreReport(RestorePlan plan, Seconds seconds, long stateBytes, CountedEvents.Found found, double loadBefore) {

    private static final double MILLION = 1e6;

    /**
     * How long it took.
     *
     * @param startWithState from the start of the process until it counts, with its state
     * @param startWithoutState the same without
     * @param reading a bare consumer that reads the changelogs
     */
    record Seconds(double startWithState, double startWithoutState, double reading) {

        double restore() {
            return Math.max(0, startWithoutState - startWithState);
        }
    }

    Session.Result result() {
        boolean verified = found.holds(plan.events(), plan.events());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bench", "restore").put("verified", verified);
        double perMillion = seconds.restore() * MILLION / plan.messages();
        double limit = seconds.reading() * MILLION / plan.messages();
        json.putArray("runs")
                .addObject()
                .put("name", "ledger")
                .put("unit", "s per million messages")
                .put("value", Run.rounded(perMillion, 1))
                .put("limit", Run.rounded(limit, 1))
                .put("ratio", perMillion == 0 ? 0 : Run.rounded(limit / perMillion, 3));
        json.putObject("seconds")
                .put("startWithState", Run.rounded(seconds.startWithState(), 2))
                .put("startWithoutState", Run.rounded(seconds.startWithoutState(), 2))
                .put("restore", Run.rounded(seconds.restore(), 2))
                .put("reading", Run.rounded(seconds.reading(), 2));
        json.putObject("counts")
                .put("bodies", plan.events())
                .put("eventRecords", found.records())
                .put("distinctEvents", found.distinct())
                .put("eventsInStates", found.inStates());
        json.put("messages", plan.messages())
                .put("eventsPerMessage", plan.eventsPerMessage())
                .put("stateBytesPerMessage", stateBytes / Math.max(1, plan.messages()))
                .put("bodyBytes", plan.bodyBytes())
                .put("processorJvm", String.join(" ", plan.jvm()))
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", loadBefore);
        return new Session.Result(json, verified);
    }
}
