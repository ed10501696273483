package dev.mailtide.processor.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Says beside a rate what it is worth. A rate is judged by the lower bound of its Wilson interval: a small domain with two
 * bounces of a hundred and ten is no proof of anything, and must not wake anybody.
 */
public final class Verdicts {

    /** For a confidence of 95 %. */
    private static final double Z = 1.959963984540054;

    private final RateLimits limits;

    /** Verdicts by these limits. */
    public Verdicts(RateLimits limits) {
        this.limits = limits;
    }

    /** What a rate is worth. */
    enum Verdict {
        OK("ok"),
        WARN("warn"),
        CRITICAL("critical"),
        NOT_JUDGED("notJudged");

        private final String wireName;

        Verdict(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /**
     * Adds {@code verdict} to each rate of a domain state, and of its recipient groups, that has limits and is reported.
     *
     * @param state is changed
     * @return the same state
     */
    public ObjectNode addTo(ObjectNode state) {
        addToRates(state.path("rates"));
        state.path("recipientGroups").forEach(group -> addToRates(group.path("rates")));
        return state;
    }

    private void addToRates(JsonNode rates) {
        limits.byName().forEach((name, bounds) -> {
            if (rates.path(name) instanceof ObjectNode rate) {
                rate.put("verdict", verdict(rate, bounds).wireName());
            }
        });
    }

    private static Verdict verdict(ObjectNode rate, RateLimits.Limits bounds) {
        return rate.path("judged").booleanValue()
                ? of(rate.path("of").longValue(), rate.path("over").longValue(), bounds)
                : Verdict.NOT_JUDGED;
    }

    /** @param over 1 or more */
    static Verdict of(long of, long over, RateLimits.Limits bounds) {
        double least = lowerBound(of, over);
        if (least > bounds.critical().doubleValue()) {
            return Verdict.CRITICAL;
        }
        return least > bounds.warn().doubleValue() ? Verdict.WARN : Verdict.OK;
    }

    /** The lower bound of the Wilson score interval for so many of so many. */
    static double lowerBound(long of, long over) {
        double share = (double) of / over;
        double square = Z * Z / over;
        double middle = share + square / 2;
        double half = Z * Math.sqrt(share * (1 - share) / over + square / (4 * over));
        return Math.max(0, (middle - half) / (1 + square));
    }
}
