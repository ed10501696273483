package dev.mailtide.processor.tokens;

import dev.mailtide.common.event.SenderDomain;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a token opens.
 *
 * @param domains which sender domains: each a domain, {@code *.example} for every one that ends in {@code .example}, or
 *     {@code *} for all; sorted, each once, {@link #DOMAINS_MAX} at most; none is possible
 * @param recipients whether addresses are shown; without it they come masked
 * @param admin whether dead letters, topics and sources may be asked for
 */
public record Scope(List<String> domains, boolean recipients, boolean admin) {

    /** No token names more domains. */
    public static final int DOMAINS_MAX = 100;

    /** All names of one token together: they travel in the first line of a request between instances. */
    static final int CHARS_MAX = 4_000;

    private static final String ALL_DOMAINS = "*";
    private static final String SUFFIX = "*.";

    /** Everything there is. */
    public static final Scope ALL = new Scope(List.of(ALL_DOMAINS), true, true);

    /** What is said to a person who names domains that are none. */
    public static final String EXPECTED = "a host name, *.example for all that end in .example, or * for all; up to "
            + DOMAINS_MAX + " of them, of " + CHARS_MAX + " characters together";

    /** @throws IllegalArgumentException if the domains are not as described */
    public Scope {
        domains = List.copyOf(domains);
        if (!domains.equals(List.copyOf(new TreeSet<>(domains)))
                || domains.size() > DOMAINS_MAX
                || String.join(",", domains).length() > CHARS_MAX
                || !domains.stream().allMatch(Scope::isRule)) {
            throw new IllegalArgumentException("domains: expected " + EXPECTED);
        }
    }

    private static boolean isRule(String rule) {
        String bare = rule.startsWith(SUFFIX) ? rule.substring(SUFFIX.length()) : rule;
        return rule.equals(ALL_DOMAINS)
                || SenderDomain.of(bare)
                        .filter(domain -> domain.name().equals(bare))
                        .isPresent();
    }

    /** The scope of these rules in any spelling and order; nothing if one of them is no rule, or they are too many. */
    public static Optional<Scope> of(List<String> rules, boolean recipients, boolean admin) {
        try {
            TreeSet<String> sorted =
                    rules.stream().map(Scope::normalised).collect(Collectors.toCollection(TreeSet::new));
            return Optional.of(new Scope(List.copyOf(sorted), recipients, admin));
        } catch (IllegalArgumentException notRules) {
            return Optional.empty();
        }
    }

    private static String normalised(String rule) {
        String head = rule.startsWith(SUFFIX) ? SUFFIX : "";
        return SenderDomain.of(rule.substring(head.length()))
                .map(domain -> head + domain.name())
                .orElse(rule);
    }

    /** Whether this domain is in it. */
    public boolean has(SenderDomain domain) {
        for (String rule : domains) {
            if (rule.equals(ALL_DOMAINS)
                    || rule.equals(domain.name())
                    || (rule.startsWith(SUFFIX) && domain.name().endsWith(rule.substring(1)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether every domain is in it, those not heard of yet, too. */
    public boolean hasAllDomains() {
        return domains.contains(ALL_DOMAINS);
    }
}
