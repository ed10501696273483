package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the product had counted before this run, taken once it stands still. */
final class Baseline {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Api api;
    private final InstantSource time;
    private final Duration patience;

    Baseline(Api api, InstantSource time, Duration patience) {
        this.api = api;
        this.time = time;
        this.patience = patience;
    }

    /** Two takes a pause apart have to be the same, lest what an earlier run left to count be taken for this run's. */
    SortedMap<String, Sheet> of(Set<String> domains) throws Stop, InterruptedException {
        Instant giveUpAt = time.instant().plus(patience);
        Optional<SortedMap<String, Sheet>> before = Optional.empty();
        while (true) {
            Optional<SortedMap<String, Sheet>> now = take(domains);
            if (now.isPresent() && now.equals(before)) {
                return now.get();
            }
            if (time.instant().isAfter(giveUpAt)) {
                throw Stop.failed("the numbers do not come to rest within " + patience.toSeconds()
                        + " s; check that no other demo is running, and /readyz of the API");
            }
            before = now;
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private Optional<SortedMap<String, Sheet>> take(Set<String> domains) throws Stop, InterruptedException {
        SortedMap<String, Sheet> sheets = new TreeMap<>();
        for (String domain : domains) {
            Optional<Sheet> sheet = sheet(api.about(domain));
            if (sheet.isEmpty()) {
                return Optional.empty();
            }
            sheets.put(domain, sheet.get());
        }
        return Optional.of(sheets);
    }

    private static Optional<Sheet> sheet(Api.Answer answer) throws Stop {
        if (answer instanceof Api.Unreachable) {
            throw Stop.cannotBeReached("nothing answers at the apiUrl of up.json");
        }
        if (answer instanceof Api.NothingCounted) {
            return Optional.of(Sheet.EMPTY);
        }
        return answer instanceof Api.Counted counted && counted.quality() == Api.Quality.WHOLE
                ? Optional.of(counted.sheet())
                : Optional.empty();
    }
}
