package dev.mailtide.testkit.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.testkit.fold.Expected;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds every answer of the query API against the reference fold: each domain's state, series, events, suppressions and messages,
 * then the lists of all of them. Domains share nothing, so they may come in several folds, each of some of the domains and all of
 * their bodies. Everything must be counted before.
 */
public final class AnswersOfTheFold {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Api api;
    private final Sample sample;
    private final Compared compared = new Compared();
    private final DomainsCheck domains;
    private final SeriesCheck series;
    private final PeopleCheck people;
    private final List<String> deadLetters = new ArrayList<>();

    /**
     * Nothing is asked yet.
     *
     * @param sample what is asked about more closely
     * @param appendedTo when the last body was appended
     */
    public AnswersOfTheFold(Api api, Sample sample, Instant appendedTo) {
        this.api = api;
        this.sample = sample;
        this.domains = new DomainsCheck(api, compared);
        this.series = new SeriesCheck(api, appendedTo, compared);
        this.people = new PeopleCheck(api, sample, compared);
    }

    /** What is answered about each of these domains: all of it for days and events, the rest for the sample. */
    public void check(Expected expected) {
        domains.check(expected.domains());
        expected.domains().keySet().parallelStream().forEach(domain -> {
            series.check(domain, SeriesCheck.Size.DAY, expected.series());
            if (sample.hasDomain(domain)) {
                series.check(domain, SeriesCheck.Size.HOUR, expected.series());
                series.check(domain, SeriesCheck.Size.MINUTE, expected.series());
            }
        });
        people.check(expected);
        deadLetters.addAll(expected.deadLetters());
    }

    /**
     * What is answered about all of them together; they must be all that there are.
     *
     * @return how much was compared, by now
     */
    public Compared checkLists() {
        domains.checkLists();
        people.checkDownloads();
        checkDeadLetters();
        await().atMost(SOON).untilAsserted(this::checkRoutes);
        compared.add(Compared.What.ROUTES, domains.names().size());
        return compared;
    }

    private void checkDeadLetters() {
        List<String> listed = api.pages("/v1/dead-letters?limit=37", "deadLetters").stream()
                .map(letter -> letter.get("receiptId").asText() + " "
                        + letter.get("reason").asText())
                .toList();
        assertThat(listed).as("dead letters").containsExactlyInAnyOrderElementsOf(deadLetters);
        compared.add(Compared.What.DEAD_LETTERS, listed.size());
    }

    /** They are another application's, and may come later. */
    private void checkRoutes() {
        List<String> routed = api.pages("/v1/topics?limit=1000", "topics").stream()
                .map(route -> route.get("domain").asText())
                .toList();
        assertThat(routed).isEqualTo(domains.names());
    }
}
