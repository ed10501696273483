package dev.mailtide.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Asks one instance for one domain after the other, and for the list, all the time, and judges each answer. */
final class Questioner {

    private static final long REST_NANOS = 5_000_000;
    private static final int LIES_MAX = 20;

    private final ProcessorChild asked;
    private final Truth truth;
    private final Thread thread = new Thread(this::askOn, "questioner");
    private final long[] highest = new long[Truth.DOMAINS];

    private volatile boolean ended;
    private volatile long notHereNanos;
    private volatile long staleNanos;
    private long steps;
    private long widestStep;

    /** What was not true, and not marked. */
    final List<String> lies = new CopyOnWriteArrayList<>();

    /** Answers by kind. */
    final Map<String, AtomicLong> answers = new ConcurrentSkipListMap<>();

    Questioner(ProcessorChild asked, Truth truth) {
        this.asked = asked;
        this.truth = truth;
        thread.start();
    }

    private void askOn() {
        for (int turn = 0; !ended; turn++) {
            int domain = turn % (Truth.DOMAINS + 1);
            String path = domain == Truth.DOMAINS ? "/v1/domains?limit=100" : "/v1/domains/" + Truth.name(domain);
            try {
                Optional<String> lie = judged(domain, asked.ask(path));
                lie.filter(some -> lies.size() < LIES_MAX).ifPresent(lies::add);
            } catch (IOException e) {
                count("no answer");
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private Optional<String> judged(int domain, HttpResponse<String> answer) throws IOException {
        switch (answer.statusCode()) {
            case 503 -> {
                notHereNanos = System.nanoTime();
                count("503");
                return Optional.empty();
            }
            case 404 -> {
                count("404");
                return domain == Truth.DOMAINS ? Optional.of("404 for a list") : truth.lieOfNothing(domain);
            }
            case 200 -> {
                return domain == Truth.DOMAINS
                        ? judgedList(Truth.json(answer.body()))
                        : judgedState(domain, Truth.json(answer.body()));
            }
            default -> {
                return Optional.of("status " + answer.statusCode());
            }
        }
    }

    private Optional<String> judgedList(JsonNode list) {
        boolean isPartial = list.path("partial").booleanValue();
        count(isPartial ? "list, partial" : list.has("stale") ? "list, stale" : "list");
        return truth.lieInList(list);
    }

    private Optional<String> judgedState(int domain, JsonNode state) {
        long total = state.at("/messages/total").longValue();
        if (state.has("stale")) {
            staleNanos = System.nanoTime();
            count("stale");
        } else {
            count("fresh");
            if (total < highest[domain]) {
                steps++;
                widestStep = Math.max(widestStep, highest[domain] - total);
            }
            highest[domain] = Math.max(highest[domain], total);
        }
        return truth.lie(domain, state, state.get("asOf").textValue());
    }

    private void count(String kind) {
        answers.computeIfAbsent(kind, first -> new AtomicLong()).incrementAndGet();
    }

    /** How many answers were of this kind. */
    long countOf(String kind) {
        AtomicLong number = answers.get(kind);
        return number == null ? 0 : number.get();
    }

    /** Milliseconds from then to the last 503; 0 if there was none since. */
    long notHereMillisSince(long nanos) {
        return Math.max(0, (notHereNanos - nanos) / 1_000_000);
    }

    /** Milliseconds from then to the last answer about a domain that was stale; 0 if there was none since. */
    long staleMillisSince(long nanos) {
        return Math.max(0, (staleNanos - nanos) / 1_000_000);
    }

    /** How often a fresh number fell below an earlier one, and by how much at most; to be asked after the end. */
    String backSteps() {
        return steps + " steps back, the widest of " + widestStep;
    }

    /** Asks no more. */
    void end() throws InterruptedException {
        ended = true;
        thread.join(20_000);
    }
}
