package dev.mailtide.app.demo;

import dev.mailtide.common.http.ServerTrust;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** One run, from what was counted before to the verdict. */
final class Demo {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    private final Installation up;
    private final InstantSource time;
    private final Poster.Limits limits;
    private final PrintWriter out;

    Demo(Installation up, InstantSource time, Poster.Limits limits, PrintWriter out) {
        this.up = up;
        this.time = time;
        this.limits = limits;
        this.out = out;
    }

    int run(Traffic traffic, Progress progress) throws Stop, InterruptedException {
        Api api = new Api(client(ServerTrust.ofTheJvm()), up);
        Flight flight = new Flight(client(up.trustOfIngest()));
        Instant begun = time.instant();
        try (DeadLetters deadLetters = new DeadLetters(up, traffic.unreadable())) {
            SortedMap<String, Sheet> before = new Baseline(api, time, limits.patience())
                    .of(traffic.byDomain().keySet());
            deadLetters.noteEnds();
            Tally tally = new Poster(flight, up, time, limits).postAll(traffic.posts(), progress);
            List<Comparison> domains = new Settling(api, deadLetters, time).await(expected(traffic, before), progress);
            Report report = new Report(domains, deadLetters.wanted(), deadLetters.found());
            out.print(report.text());
            out.println(summary(report, traffic, tally) + ", " + seconds(begun) + " s in all");
            out.flush();
            return report.exitCode();
        }
    }

    private static HttpClient client(ServerTrust trust) {
        return trust.client()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_WITHIN)
                .build();
    }

    private static SortedMap<String, Sheet> expected(Traffic traffic, SortedMap<String, Sheet> before) {
        SortedMap<String, Sheet> expected = new TreeMap<>();
        traffic.byDomain()
                .forEach((domain, run) -> expected.put(domain, run.onTopOf(before.getOrDefault(domain, Sheet.EMPTY))));
        return expected;
    }

    private long seconds(Instant begun) {
        return Duration.between(begun, time.instant()).toSeconds();
    }

    private static String summary(Report report, Traffic traffic, Tally tally) {
        return String.format(
                Locale.ROOT,
                "%s: %,d posts answered 200 (%,d duplicates, %,d unreadable), re-posted %,d",
                report.isEqual() ? "All numbers equal" : "NOT equal",
                tally.acceptedSoFar(),
                traffic.duplicates(),
                traffic.unreadable().size(),
                tally.postedAgain());
    }
}
