package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;

/**
 * Posts every body until it is answered 200.
 *
 * <p>One thread decides everything; the HTTP client only puts outcomes into the flight's queue. Once a post gets no
 * answer, or a "not now", a single post at a time probes until the next 200, so that an outage does not become a storm.
 */
final class Poster {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(250);

    private final Flight flight;
    private final Installation up;
    private final InstantSource time;
    private final Limits limits;

    private final Deque<Post> waiting = new ArrayDeque<>();
    private Health health = Health.ANSWERING;
    private Instant goOnAt = Instant.MIN;
    private Instant lastAcceptedAt;

    Poster(Flight flight, Installation up, InstantSource time, Limits limits) {
        this.flight = flight;
        this.up = up;
        this.time = time;
        this.limits = limits;
        this.lastAcceptedAt = time.instant();
    }

    record Limits(int connections, int postsPerSecond, Duration patience) {}

    private enum Health {
        ANSWERING,
        PROBING
    }

    Tally postAll(Collection<? extends Post> posts, Progress progress) throws Stop, InterruptedException {
        waiting.addAll(posts);
        lastAcceptedAt = time.instant();
        Tally tally = new Tally(posts.size(), lastAcceptedAt);
        Pace pace = Pace.of(limits.postsPerSecond(), time);
        while (!tally.isComplete()) {
            launch(pace);
            judge(flight.nextOutcome(), tally);
            checkPatience();
            if (progress.isDue()) {
                progress.show(tally.line(time.instant()));
            }
        }
        progress.end(tally.line(time.instant()));
        return tally;
    }

    private void launch(Pace pace) {
        int inFlightMax = health == Health.ANSWERING ? limits.connections() : 1;
        while (flight.inFlight() < inFlightMax && !waiting.isEmpty() && pace.allowsNext() && isTimeToGoOn()) {
            pace.went();
            flight.launch(waiting.remove(), up.addresses().webhook());
        }
    }

    private boolean isTimeToGoOn() {
        return !time.instant().isBefore(goOnAt);
    }

    private void judge(Optional<Flight.Outcome> outcome, Tally tally) throws Stop {
        if (outcome.isEmpty()) {
            return;
        }
        if (outcome.get() instanceof Flight.Answered answered) {
            judge(answered, tally);
        } else {
            tally.unanswered();
            up.readAgain();
            again(outcome.get().post());
        }
    }

    private void judge(Flight.Answered answered, Tally tally) throws Stop {
        int status = answered.status();
        if (status == 200) {
            tally.accepted();
            health = Health.ANSWERING;
            lastAcceptedAt = time.instant();
            return;
        }
        tally.refused(status);
        boolean movedMeanwhile = !up.readAgain().webhook().equals(answered.to());
        if (status == 503 || status == 429 || movedMeanwhile) {
            again(answered.post());
        } else {
            throw Stop.failed(Refusal.line(status));
        }
    }

    private void again(Post post) {
        waiting.addFirst(post);
        health = Health.PROBING;
        goOnAt = time.instant().plus(PAUSE_AFTER_FAILURE);
    }

    private void checkPatience() throws Stop {
        if (time.instant().isAfter(lastAcceptedAt.plus(limits.patience()))) {
            throw Stop.failed(
                    "no post was answered 200 for " + limits.patience().toSeconds()
                            + " s; check that `./mailtide up` still runs and what it says (--patience waits longer)");
        }
    }
}
