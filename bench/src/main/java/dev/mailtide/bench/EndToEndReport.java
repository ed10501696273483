package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The result of {@code bench end-to-end}, for a program to read.
 *
 * @param runs one for each rate
 * @param counts what went in and what came out
 * @param loadBefore load average of the machine before anything was started
 */
record EndToEndReport(EndToEndPlan plan, List<Run> runs, Counts counts, double loadBefore) {

    /** What the design asks for, at the rate that it names. */
    private static final double P99_MILLIS_GOAL = 1_000;

    /** An open loop that sends less than this of its rate has not held it. */
    private static final double RATE_HELD = 0.99;

    /** Copies the list. */
    EndToEndReport {
        runs = List.copyOf(runs);
    }

    /**
     * The counts, side by side.
     *
     * @param answered posts answered 200
     * @param unknown posts answered anything else, or nothing
     * @param found what came out
     */
    record Counts(long answered, long unknown, CountedEvents.Found found) {

        /** Whether they agree. */
        boolean holds() {
            return found.holds(answered, answered + unknown);
        }
    }

    Session.Result result() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bench", "end-to-end").put("verified", counts.holds());
        ArrayNode array = json.putArray("runs");
        runs.forEach(run -> array.add(run.toJson()));
        json.put("p99MillisGoal", P99_MILLIS_GOAL).put("goalHoldsAtPerSecond", goalHoldsAt());
        json.putObject("counts")
                .put("answered", counts.answered())
                .put("unknown", counts.unknown())
                .put("eventRecords", counts.found().records())
                .put("distinctEvents", counts.found().distinct())
                .put("eventsInStates", counts.found().inStates());
        json.put("windowSeconds", plan.window().toSeconds())
                .put("domains", plan.domains())
                .put("bodyBytes", plan.bodyBytes())
                .put("upJvm", String.join(" ", plan.jvm()))
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", loadBefore);
        return new Session.Result(json, counts.holds());
    }

    /** The highest of the rates at which the goal was reached; 0 if at none. */
    private int goalHoldsAt() {
        int highest = 0;
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            boolean held = run.ratio().orElse(0) >= RATE_HELD
                    && Figures.median(run.slices(), Slice::p99Millis) < P99_MILLIS_GOAL;
            highest = held ? Math.max(highest, plan.rates().get(i)) : highest;
        }
        return highest;
    }
}
