package dev.mailtide.testkit.fold;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How long people took to open what was delivered, on fixed cells each 1.04 times as wide as the one before. */
final class TimeToOpen {

    private static final BigDecimal RATIO = new BigDecimal("1.04");
    private static final long SHORTEST_MILLIS = Duration.ofSeconds(1).toMillis();
    private static final long LONGEST_MILLIS = Duration.ofDays(40).toMillis();
    private static final int NOT_AFTER_DELIVERY = 0;

    /** More than 40 days hold; exact arithmetic, done once because it is slow. */
    private static final List<Long> BOUNDS_MILLIS =
            IntStream.range(0, 400).mapToObj(TimeToOpen::boundMillis).toList();

    private TimeToOpen() {}

    static ObjectNode of(List<Life> lives) {
        List<Integer> cells = new ArrayList<>();
        lives.forEach(life -> cell(life).ifPresent(cells::add));
        Collections.sort(cells);
        List<Integer> after =
                cells.stream().filter(cell -> cell != NOT_AFTER_DELIVERY).toList();
        ObjectNode timeToOpen = JsonNodeFactory.instance.objectNode();
        putPercentile(timeToOpen, 50, after);
        putPercentile(timeToOpen, 95, after);
        timeToOpen.put("count", after.size());
        ObjectNode byCell = timeToOpen.putObject("cells");
        new TreeMap<>(cells.stream().collect(groupingBy(cell -> cell)))
                .forEach((cell, hits) -> byCell.put(String.valueOf(cell), hits.size()));
        return timeToOpen;
    }

    private static Optional<Integer> cell(Life life) {
        Optional<Instant> delivered = life.first(Kind.DELIVERED);
        Optional<Instant> opened = life.first(Kind.OPENED);
        return delivered.isEmpty() || opened.isEmpty()
                ? Optional.empty()
                : Optional.of(cell(Duration.between(delivered.get(), opened.get())));
    }

    private static int cell(Duration wait) {
        if (wait.isZero() || wait.isNegative()) {
            return NOT_AFTER_DELIVERY;
        }
        long millis = Math.min(Math.max(wait.toMillis(), SHORTEST_MILLIS), LONGEST_MILLIS);
        return (int) BOUNDS_MILLIS.stream().filter(bound -> bound <= millis).count();
    }

    private static long boundMillis(int i) {
        return RATIO.pow(i)
                .multiply(BigDecimal.valueOf(1000))
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    private static void putPercentile(ObjectNode timeToOpen, int percent, List<Integer> sortedCells) {
        String name = "p" + percent + "Seconds";
        if (sortedCells.isEmpty()) {
            timeToOpen.putNull(name);
            return;
        }
        int rank = (percent * sortedCells.size() + 99) / 100;
        int cell = sortedCells.get(rank - 1);
        timeToOpen.put(name, (int) Math.round(Math.pow(RATIO.doubleValue(), cell - 0.5)));
    }
}
