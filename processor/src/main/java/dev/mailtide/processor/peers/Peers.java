package dev.mailtide.processor.peers;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.streams.Placement;
import dev.mailtide.processor.streams.Placement.Holders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The other instances, to be asked for what this one does not hold. Who holds it is known from the last rebalance, and he
 * who is asked decides: one that has moved on says so, and the placement is looked up again, once. Nobody who is asked
 * under {@link #PREFIX} asks anybody else, and a question ends within {@link #ANSWER_MAX}, whatever becomes of those asked.
 */
public final class Peers implements AutoCloseable {

    /** Goes before the path of a question from one instance to another. */
    public static final String PREFIX = "/internal";

    /** For a whole question, however many are asked. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    /** For one that should hold it: a hung one must leave time for another, or for a copy. */
    private static final Duration ACTIVE_MAX = Duration.ofMillis(900);

    /** More instances than this are not asked for a list. */
    private static final int LISTED_MAX = 32;

    private final Placement placement;
    private final Optional<PeerClient> client;
    private final PeerMeters meters;
    private final FailureLog log = new FailureLog();

    /**
     * Asks nobody yet.
     *
     * @param secret what all instances have in common; without it, this one asks nobody
     */
    public Peers(Placement placement, Optional<Secret> secret, Meters meters) {
        this.placement = placement;
        this.client = secret.map(PeerClient::new);
        this.meters = new PeerMeters(meters);
    }

    /**
     * The best that can be had for a key that is not counted here: what the instance decides that counts it, else what a
     * copy holds, else nothing.
     *
     * @param pathAndQuery of the question
     * @param copyHere what a copy in this process answers
     */
    public Optional<Reply> ask(String store, String key, String pathAndQuery, Supplier<Optional<Reply>> copyHere) {
        long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
        Holders holders = placement.holdersOf(store, key);
        Optional<Reply> best = askActive(holders, pathAndQuery);
        if (isDecided(best)) {
            return best;
        }
        Holders again = placement.holdersOf(store, key);
        if (!again.active().equals(holders.active())) {
            Optional<Reply> moved = askActive(again, pathAndQuery);
            best = moved.isPresent() ? moved : best;
        }
        if (isDecided(best)) {
            return best;
        }
        best = best.or(copyHere);
        for (HostInfo standby : again.standbys()) {
            best = best.or(
                    () -> asking(standby, pathAndQuery, left(deadline)).join().reply());
        }
        return best;
    }

    private Optional<Reply> askActive(Holders holders, String pathAndQuery) {
        return holders.active()
                .flatMap(active ->
                        asking(active, pathAndQuery, ACTIVE_MAX).join().reply());
    }

    private static boolean isDecided(Optional<Reply> reply) {
        return reply.filter(found -> found.from() == Reply.Holder.ACTIVE).isPresent();
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** What each of the others that count a part of this store answers; those that do not are left out. */
    public List<Reply> askAll(String store, String pathAndQuery) {
        List<CompletableFuture<Heard>> asked = new ArrayList<>();
        for (HostInfo peer : placement.othersWith(store)) {
            if (asked.size() < LISTED_MAX) {
                asked.add(asking(peer, pathAndQuery, ANSWER_MAX));
            }
        }
        return asked.stream()
                .map(CompletableFuture::join)
                .flatMap(heard -> heard.reply().stream())
                .toList();
    }

    /**
     * What each of the others answers; those that have nothing are left out.
     *
     * @param body is posted; without one it is a GET
     */
    public List<Reply> askEverybody(String pathAndQuery, Optional<String> body) {
        List<CompletableFuture<Heard>> asked = placement.others().stream()
                .limit(LISTED_MAX)
                .map(peer -> asking(peer, pathAndQuery, body, ANSWER_MAX))
                .toList();
        return asked.stream()
                .map(CompletableFuture::join)
                .flatMap(heard -> heard.reply().stream())
                .toList();
    }

    private CompletableFuture<Heard> asking(HostInfo peer, String pathAndQuery, Duration answerMax) {
        return asking(peer, pathAndQuery, Optional.empty(), answerMax);
    }

    private CompletableFuture<Heard> asking(
            HostInfo peer, String pathAndQuery, Optional<String> body, Duration answerMax) {
        return client.map(http -> http.ask(peer, PREFIX + pathAndQuery, body, answerMax))
                .orElseGet(() -> CompletableFuture.completedFuture(Heard.failed(Outcome.NO_SECRET)))
                .thenApply(heard -> noted(peer, heard));
    }

    private Heard noted(HostInfo peer, Heard heard) {
        meters.asked(heard.outcome());
        if (heard.outcome().isFailure()) {
            log.note(peer, heard.outcome());
        }
        return heard;
    }

    @Override
    public void close() {
        client.ifPresent(PeerClient::close);
    }
}
