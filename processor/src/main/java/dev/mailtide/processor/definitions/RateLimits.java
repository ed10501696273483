package dev.mailtide.processor.definitions;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From where on a rate is bad.
 *
 * @param limits by the name of the rate in {@code rates}; a rate without limits is never judged
 */
public record RateLimits(Map<String, Limits> limits) {

    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?) ?%");

    private static final Setting<BigDecimal> HARD_BOUNCE_WARN =
            percent("rates.hard-bounce.warn", "2%", "Hard-bounce rate above which a domain is marked warn.");
    private static final Setting<BigDecimal> HARD_BOUNCE_CRITICAL =
            percent("rates.hard-bounce.critical", "5%", "Hard-bounce rate above which a domain is marked critical.");
    private static final Setting<BigDecimal> COMPLAINT_WARN =
            percent("rates.complaint.warn", "0.1%", "Complaint rate above which a domain is marked warn.");
    private static final Setting<BigDecimal> COMPLAINT_CRITICAL =
            percent("rates.complaint.critical", "0.3%", "Complaint rate above which a domain is marked critical.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL =
            List.of(HARD_BOUNCE_WARN, HARD_BOUNCE_CRITICAL, COMPLAINT_WARN, COMPLAINT_CRITICAL);

    /** What holds where nothing is set. */
    public static final RateLimits DEFAULT = of(limits("0.02", "0.05"), limits("0.001", "0.003"));

    /**
     * The limits of one rate, as shares.
     *
     * @param warn above 0
     * @param critical not below {@code warn}, at most 1
     */
    public record Limits(BigDecimal warn, BigDecimal critical) {

        /** @throws IllegalArgumentException if they are not in this order */
        public Limits {
            if (warn.signum() <= 0 || warn.compareTo(critical) > 0 || critical.compareTo(BigDecimal.ONE) > 0) {
                throw new IllegalArgumentException("limits out of order");
            }
        }
    }

    /** Copies the limits. */
    public RateLimits {
        limits = Map.copyOf(limits);
    }

    private static RateLimits of(Limits hardBounce, Limits complaint) {
        return new RateLimits(Map.of("hardBounce", hardBounce, "complaint", complaint));
    }

    private static Limits limits(String warn, String critical) {
        return new Limits(new BigDecimal(warn), new BigDecimal(critical));
    }

    /** Reads them; problems are noted in the reader. */
    public static RateLimits read(SettingsReader reader) {
        return of(
                read(reader, HARD_BOUNCE_WARN, HARD_BOUNCE_CRITICAL), read(reader, COMPLAINT_WARN, COMPLAINT_CRITICAL));
    }

    private static Limits read(SettingsReader reader, Setting<BigDecimal> warn, Setting<BigDecimal> critical) {
        BigDecimal lower = reader.read(warn);
        BigDecimal upper = reader.read(critical);
        if (lower.compareTo(upper) > 0) {
            reader.problem(warn.key() + ": expected at most " + critical.key());
            return new Limits(lower, lower);
        }
        return new Limits(lower, upper);
    }

    private static Setting<BigDecimal> percent(String key, String fallback, String meaning) {
        return Setting.plain(
                key, fallback, "a percentage such as 2% or 0.1%, above 0% and up to 100%", meaning, RateLimits::share);
    }

    private static Optional<BigDecimal> share(String text) {
        Matcher percent = PERCENT.matcher(text);
        return Optional.of(percent)
                .filter(Matcher::matches)
                .map(match -> new BigDecimal(match.group(1)).movePointLeft(2))
                .filter(share -> share.signum() > 0 && share.compareTo(BigDecimal.ONE) <= 0);
    }

    /** The limits of this rate, if it has any. */
    public Optional<Limits> of(String rate) {
        return Optional.ofNullable(limits.get(rate));
    }

    /** Every rate that has limits, in the order of their names. */
    Map<String, Limits> byName() {
        return new TreeMap<>(limits);
    }
}
