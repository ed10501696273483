package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Waits until everything posted has been counted, or nothing moves any more. */
final class Settling {
    static final Duration STILLNESS_MAX = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** A number that passes through the right value on its way to a wrong one must not pass for right. */
    private static final int EQUAL_ROUNDS = 3;

    private final Api api;
    private final DeadLetters deadLetters;
    private final InstantSource time;

    Settling(Api api, DeadLetters deadLetters, InstantSource time) {
        this.api = api;
        this.deadLetters = deadLetters;
        this.time = time;
    }

    private record Round(List<Comparison> domains, int deadLettersFound) {}

    List<Comparison> await(SortedMap<String, Sheet> expected, Progress progress) throws Stop, InterruptedException {
        Instant changedAt = time.instant();
        Round last = round(expected);
        int equalRounds = isSettled(last) ? 1 : 0;
        while (equalRounds < EQUAL_ROUNDS && time.instant().isBefore(changedAt.plus(STILLNESS_MAX))) {
            if (progress.isDue()) {
                progress.show(line(last));
            }
            Thread.sleep(PAUSE.toMillis());
            Round now = round(expected);
            changedAt = now.equals(last) ? changedAt : time.instant();
            equalRounds = isSettled(now) ? equalRounds + 1 : 0;
            last = now;
        }
        progress.end(line(last));
        return last.domains();
    }

    private Round round(SortedMap<String, Sheet> expected) throws Stop, InterruptedException {
        List<Comparison> domains = new ArrayList<>();
        for (String domain : expected.keySet()) {
            domains.add(new Comparison(domain, expected.getOrDefault(domain, Sheet.EMPTY), sheet(api.about(domain))));
        }
        deadLetters.look();
        return new Round(List.copyOf(domains), deadLetters.found());
    }

    private static Optional<Sheet> sheet(Api.Answer answer) {
        return answer instanceof Api.Counted counted ? Optional.of(counted.sheet()) : Optional.empty();
    }

    private boolean isSettled(Round round) {
        return deadLetters.allFound() && round.domains().stream().allMatch(Comparison::isEqual);
    }

    private String line(Round round) {
        long equal = round.domains().stream().filter(Comparison::isEqual).count();
        return "counted: " + equal + " / " + round.domains().size() + " domains equal, " + deadLetters.found() + " / "
                + deadLetters.wanted() + " dead letters found";
    }
}
