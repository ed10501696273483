package dev.mailtide.processor.api;

import dev.mailtide.common.event.Times;
import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.processor.readmodel.LiveFeed;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One reader's stream. An event is {@code event: event} with its JSON; every few seconds comes {@code event: beat} with
 * {@code asOf}, and with how many events were {@code skipped} because there were more than a person reads;
 * {@code event: gap} says that events are missing since the reader was cut off.
 */
final class LiveStream {

    private static final Duration POLL = Duration.ofMillis(250);

    /** A connection that nothing is written to is cut after ten seconds. */
    private static final Duration BEAT_EVERY = Duration.ofSeconds(3);

    private static final int EVENTS_PER_SECOND_MAX = 100;
    private static final String RETRY = "retry: 2000\n\n";

    private final LiveFeed feed;
    private final Predicate<String> domains;
    private final EventPolicy policy;
    private final Supplier<Optional<Instant>> asOf;
    private final LiveIds ids;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long secondFromNanos = System.nanoTime();
    private int leftInSecond = EVENTS_PER_SECOND_MAX;
    private long skipped;
    private long shown;

    LiveStream(
            LiveFeed feed,
            Predicate<String> domains,
            EventPolicy policy,
            Supplier<Optional<Instant>> asOf,
            LiveIds ids) {
        this.feed = feed;
        this.domains = domains;
        this.policy = policy;
        this.asOf = asOf;
        this.ids = ids;
    }

    static void head(Context request) {
        request.contentType("text/event-stream; charset=utf-8");
        request.header("Cache-Control", "no-store");
        // Proxies that collect an answer before they pass it on must not.
        request.header("X-Accel-Buffering", "no");
    }

    /**
     * Writes until the reader leaves, or it is over: this process ends, or the reader's token opens this no more.
     *
     * @throws IOException when the reader has left
     */
    void writeTo(OutputStream out, BooleanSupplier isOver) throws IOException {
        add(RETRY);
        if (feed.hasGap()) {
            add("event: gap\ndata: {}\n\n");
        }
        long beatFromNanos = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            feed.next(POLL, domains, this::addEvent);
            if (System.nanoTime() - beatFromNanos >= 0) {
                beatFromNanos = System.nanoTime() + BEAT_EVERY.toNanos();
                addBeat();
            }
            if (waiting.size() > 0) {
                waiting.writeTo(out);
                waiting.reset();
                out.flush();
            }
        }
    }

    private void addEvent(byte[] json) {
        long now = System.nanoTime();
        if (now - secondFromNanos >= Duration.ofSeconds(1).toNanos()) {
            secondFromNanos = now;
            leftInSecond = EVENTS_PER_SECOND_MAX;
        }
        Optional<byte[]> kept = leftInSecond > 0 ? EventJson.of(policy, json) : Optional.empty();
        if (kept.isEmpty()) {
            skipped++;
            return;
        }
        leftInSecond--;
        shown++;
        add("id: " + ids.of(feed.cursor()) + "\nevent: event\ndata: " + new String(kept.get(), StandardCharsets.UTF_8)
                + "\n\n");
    }

    /** Events that were given to the reader. */
    long shown() {
        return shown;
    }

    private void addBeat() {
        String time = asOf.get()
                .map(Times::text)
                .map(text -> "\"asOf\":\"" + text + "\",")
                .orElse("");
        add("id: " + ids.of(feed.cursor()) + "\nevent: beat\ndata: {" + time + "\"skipped\":" + skipped + "}\n\n");
        skipped = 0;
    }

    private void add(String text) {
        waiting.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
