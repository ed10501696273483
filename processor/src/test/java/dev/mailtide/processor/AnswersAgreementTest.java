package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.testkit.answers.AnswersOfTheFold;
import dev.mailtide.testkit.answers.Api;
import dev.mailtide.testkit.answers.Compared;
import dev.mailtide.testkit.answers.Compared.What;
import dev.mailtide.testkit.answers.Sample;
import dev.mailtide.testkit.fixture.ManyDomains;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every answer about many domains and ninety days equals the fold over what stands in the raw topic. The nightly run has ten
 * thousand domains; there, hours, minutes and people are asked for of one domain in twenty, and everything else of all.
 */
class AnswersAgreementTest {

    private static final int DOMAINS = Integer.getInteger("mailtide.answers.domains", 300);
    private static final long SEED = Long.getLong("mailtide.answers.seed", 90);
    private static final int DOMAINS_OF_A_FOLD = 250;
    private static final Duration COUNTED_MAX = Duration.ofMinutes(10);
    private static final Sample SAMPLE = new Sample(SEED, DOMAINS > 1_000 ? 20 : 2, DOMAINS > 1_000 ? 50 : 3);

    @TempDir
    Path folder;

    @Test
    void every_answer_about_many_domains_and_ninety_days_is_that_of_the_fold() throws Exception {
        try (RunningApi running = new RunningApi(folder);
                RawLoad load = new RawLoad(running.kafka, running.topics.raw().name(), SEED)) {
            load.post(ManyDomains.bodies(SEED, DOMAINS, Instant.now()));
            Instant posted = Instant.now();
            List<RawBody> raw = load.inAppendOrder();
            Api api = new Api("http://127.0.0.1:" + running.port(), RunningApi.ADMIN);
            api.awaitCounted(posted, "clinic-0.example", COUNTED_MAX);

            AnswersOfTheFold answers = new AnswersOfTheFold(api, SAMPLE, posted);
            long domains = 0;
            long distinct = 0;
            for (List<RawBody> some : inParts(raw).values()) {
                Expected expected = new ReferenceFold(Duration.ofDays(35)).fold(some);
                answers.check(expected);
                domains += expected.domains().size();
                distinct += expected.events().size();
            }
            Compared compared = answers.checkLists();

            String what = "seed " + SEED + ": " + raw.size() + " bodies, " + compared;
            System.out.println(what);
            assertThat(domains).as(what).isEqualTo(DOMAINS);
            assertThat(compared.of(What.DOMAINS)).as(what).isEqualTo(DOMAINS);
            assertThat(compared.of(What.EVENTS)).as(what).isEqualTo(distinct).isGreaterThan(8L * DOMAINS);
            for (What each : What.values()) {
                assertThat(compared.of(each)).as(what).isPositive();
            }
        }
    }

    /** Domains share nothing: folded in parts, they fit into memory. */
    private static SortedMap<Integer, List<RawBody>> inParts(List<RawBody> raw) {
        return raw.stream()
                .collect(Collectors.groupingBy(
                        body -> Math.floorDiv(ManyDomains.domainOf(body), DOMAINS_OF_A_FOLD),
                        TreeMap::new,
                        Collectors.toList()));
    }
}
