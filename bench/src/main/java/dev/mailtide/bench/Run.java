package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One line of the result: the medians over the rounds of one measurement.
 *
 * @param name of what was measured
 * @param unit of the value
 * @param slices one for each round
 * @param limit what the value is compared with, in the same unit; none for what is a limit itself
 * @param connections of the closed loop; none for other measurements
 * @param path where the bodies went, for ingest: {@code kafka} or {@code spool}
 * @param heapBytesMax largest heap of the measured process
 * @param lingerMillis of the producer, for the bare one
 */
record Run(
        String name,
        String unit,
        List<Slice> slices,
        OptionalDouble limit,
        OptionalInt connections,
        Optional<String> path,
        OptionalLong heapBytesMax,
        OptionalInt lingerMillis) {

    /** Copies the list. */
    Run {
        slices = List.copyOf(slices);
    }

    static Run of(String name, String unit, List<Slice> slices) {
        return new Run(
                name,
                unit,
                slices,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty());
    }

    Run against(double perSecond) {
        return new Run(name, unit, slices, OptionalDouble.of(perSecond), connections, path, heapBytesMax, lingerMillis);
    }

    Run connections(int open) {
        return new Run(name, unit, slices, limit, OptionalInt.of(open), path, heapBytesMax, lingerMillis);
    }

    Run path(String way) {
        return new Run(name, unit, slices, limit, connections, Optional.of(way), heapBytesMax, lingerMillis);
    }

    Run heap(OptionalLong bytesMax) {
        return new Run(name, unit, slices, limit, connections, path, bytesMax, lingerMillis);
    }

    Run linger(int millis) {
        return new Run(name, unit, slices, limit, connections, path, heapBytesMax, OptionalInt.of(millis));
    }

    /** The median rate. */
    double value() {
        return Figures.median(slices, Slice::perSecond);
    }

    /** How much of the limit was reached, if there is one. */
    OptionalDouble ratio() {
        return limit.isPresent() ? OptionalDouble.of(value() / limit.getAsDouble()) : OptionalDouble.empty();
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name).put("unit", unit).put("value", rounded(value(), 1));
        limit.ifPresent(figure -> json.put("limit", rounded(figure, 1)));
        ratio().ifPresent(figure -> json.put("ratio", rounded(figure, 3)));
        connections.ifPresent(figure -> json.put("connections", figure));
        path.ifPresent(figure -> json.put("path", figure));
        lingerMillis.ifPresent(figure -> json.put("lingerMillis", figure));
        if (slices.stream().anyMatch(slice -> slice.p99Millis() > 0)) {
            json.put("p50Millis", rounded(Figures.median(slices, Slice::p50Millis), 3));
            json.put("p99Millis", rounded(Figures.median(slices, Slice::p99Millis), 3));
        }
        if (slices.stream().anyMatch(slice -> slice.cpuMicrosPerUnit() > 0)) {
            json.put("cpuMicrosPerUnit", rounded(Figures.median(slices, Slice::cpuMicrosPerUnit), 2));
        }
        heapBytesMax.ifPresent(figure -> json.put("heapMaxBytes", figure));
        if (path.isPresent() || connections.isPresent()) {
            json.put("refused", slices.stream().mapToLong(Slice::refused).sum());
            json.put("unanswered", slices.stream().mapToLong(Slice::unanswered).sum());
        }
        return json;
    }

    /** For a person who watches. */
    @Override
    public String toString() {
        double p99 = Figures.median(slices, Slice::p99Millis);
        String latencies = p99 > 0
                ? String.format(
                        Locale.ROOT, ", p50 %.1f ms, p99 %.1f ms", Figures.median(slices, Slice::p50Millis), p99)
                : "";
        String line = String.format(
                Locale.ROOT,
                "%-13s %9.0f %s%s, %.1f us of processor time each",
                name,
                value(),
                unit,
                latencies,
                Figures.median(slices, Slice::cpuMicrosPerUnit));
        long lost = slices.stream()
                .mapToLong(slice -> slice.refused() + slice.unanswered())
                .sum();
        String ofLimit = ratio().isPresent()
                ? String.format(Locale.ROOT, "; %.3f of the limit %.0f", ratio().getAsDouble(), limit.getAsDouble())
                : "";
        return line + ofLimit + (lost == 0 ? "" : "; " + lost + " refused or unanswered");
    }

    static double rounded(double figure, int digits) {
        double scale = Math.pow(10, digits);
        return Math.round(figure * scale) / scale;
    }
}
