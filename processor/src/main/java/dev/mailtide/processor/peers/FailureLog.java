package dev.mailtide.processor.peers;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which instance gives no answer, and why: a line for each at most every so often, and never what was asked. */
final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private static final Duration SAY_EVERY = Duration.ofSeconds(30);

    private final Map<HostInfo, AtomicLong> saidNanos = new ConcurrentHashMap<>();

    void note(HostInfo peer, Outcome outcome) {
        long now = System.nanoTime();
        AtomicLong said = saidNanos.computeIfAbsent(peer, first -> new AtomicLong(now - SAY_EVERY.toNanos()));
        long before = said.get();
        if (now - before >= SAY_EVERY.toNanos() && said.compareAndSet(before, now)) {
            LOG.warn(
                    "the instance at {}:{} {} ({}); not said again within {} s",
                    peer.host(),
                    peer.port(),
                    outcome == Outcome.BAD_QUESTION ? "took a question to be wrong" : "gave no answer",
                    outcome.label(),
                    SAY_EVERY.toSeconds());
        }
    }
}
