package dev.mailtide.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long after one another the steps of a message happened. Every gap is at least a millisecond, so that no two
 * events of a message share their time and each stays a distinct event.
 */
record Timeline(List<Step> steps, List<Duration> gaps) {
    private static final Duration MEDIAN_TO_OPEN = Duration.ofMinutes(22);
    private static final double SPREAD_TO_OPEN = 1.8;
    private static final long TO_OPEN_MILLIS_MIN = 200;
    private static final long TO_OPEN_MILLIS_MAX = Duration.ofHours(12).toMillis();

    Timeline {
        steps = List.copyOf(steps);
        gaps = List.copyOf(gaps);
        if (steps.size() != gaps.size() || steps.isEmpty()) {
            throw new IllegalArgumentException("each step has one gap before it");
        }
    }

    static Timeline draw(List<Step> steps, RandomGenerator random) {
        List<Duration> gaps = new ArrayList<>();
        for (Step step : steps) {
            gaps.add(Duration.ofMillis(gapMillis(step, random)));
        }
        return new Timeline(steps, gaps);
    }

    private static long gapMillis(Step step, RandomGenerator random) {
        return switch (step) {
            case DELIVERED -> random.nextLong(300, 45_000);
            case SOFT_BOUNCE -> random.nextLong(60_000, 3_000_000);
            case HARD_BOUNCE -> random.nextLong(500, 600_000);
            case OPENED -> openMillis(random);
            case FOREIGN -> random.nextLong(1_000, 60_000);
        };
    }

    /** Log-normal: most people open within the hour, a few at once, a few the next morning. */
    private static long openMillis(RandomGenerator random) {
        double factor = Math.exp(SPREAD_TO_OPEN * random.nextGaussian());
        long millis = Math.round(MEDIAN_TO_OPEN.toMillis() * factor);
        return Math.max(TO_OPEN_MILLIS_MIN, Math.min(TO_OPEN_MILLIS_MAX, millis));
    }

    Duration length() {
        return gaps.stream().reduce(Duration.ZERO, Duration::plus);
    }

    Duration gapBeforeFirst(Step step) {
        return gaps.get(steps.indexOf(step));
    }
}
