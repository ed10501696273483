package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the posting goes: what was answered how, and how often a body had to be posted again. */
final class Tally {
    private final int total;
    private final Instant begun;
    private final SortedMap<Integer, Integer> refusedByStatus = new TreeMap<>();
    private int accepted;
    private int unanswered;

    Tally(int total, Instant begun) {
        this.total = total;
        this.begun = begun;
    }

    void accepted() {
        accepted++;
    }

    void refused(int status) {
        refusedByStatus.merge(status, 1, Integer::sum);
    }

    void unanswered() {
        unanswered++;
    }

    int acceptedSoFar() {
        return accepted;
    }

    boolean isComplete() {
        return accepted == total;
    }

    /** Every refusal that did not end the run, and every silence, was followed by the same body again. */
    int postedAgain() {
        return unanswered
                + refusedByStatus.values().stream().mapToInt(Integer::intValue).sum();
    }

    String line(Instant now) {
        double seconds = Math.max(0.001, Duration.between(begun, now).toMillis() / 1000.0);
        double perSecond = accepted / seconds;
        String left = accepted == 0 ? "?" : Math.round((total - accepted) / perSecond) + " s";
        return String.format(
                Locale.ROOT,
                "posted %,d / %,d  %,.0f/s  left %s  answered 200: %,d  refused: %s  no answer: %,d  re-posted: %,d",
                accepted,
                total,
                perSecond,
                left,
                accepted,
                refusedByStatus.isEmpty() ? "0" : refusedByStatus.toString(),
                unanswered,
                postedAgain());
    }
}
