package dev.mailtide.processor.tokens;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down who tries tokens. Each client address may fail a few times at once, and then once a second; while it has used
 * that up, no token from there is looked at that has not been good from there before. So people behind one proxy go on
 * working while somebody behind it guesses, and the one who guesses learns nothing. Addresses beyond a limit push out
 * those that were silent for longest. Safe for use by several threads.
 */
public final class FailedTries {

    private static final int ADDRESSES_MAX = 10_000;
    private static final int GOOD_MAX = 64;
    private static final double AT_ONCE = 20;
    private static final double NANOS_EACH = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final Map<String, Address> addresses = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Address> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    /** One address: what is left of its tries, and what was good from there. */
    private static final class Address {

        private double left = AT_ONCE;
        private long asOfNanos;
        private final ArrayDeque<String> good = new ArrayDeque<>();

        Address(long now) {
            this.asOfNanos = now;
        }

        double leftAt(long now) {
            left = Math.min(AT_ONCE, left + (now - asOfNanos) / NANOS_EACH);
            asOfNanos = now;
            return left;
        }
    }

    /** @param nanos a clock that only goes forward, as {@link System#nanoTime} */
    public FailedTries(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether a token from this address may be looked at. */
    public synchronized boolean mayTry(String address, String token) {
        Address known = addresses.get(address);
        return known == null || known.leftAt(nanos.getAsLong()) >= 1 || known.good.contains(ApiToken.hash(token));
    }

    /** A token from this address was none, or is none any more. */
    public synchronized void failed(String address, String token) {
        Address known = of(address);
        known.left = Math.max(0, known.left - 1);
        known.good.remove(ApiToken.hash(token));
    }

    /** A token from this address was good. */
    public synchronized void succeeded(String address, String token) {
        Address known = of(address);
        String sha256 = ApiToken.hash(token);
        if (!known.good.contains(sha256)) {
            if (known.good.size() >= GOOD_MAX) {
                known.good.removeFirst();
            }
            known.good.addLast(sha256);
        }
    }

    private Address of(String address) {
        long now = nanos.getAsLong();
        Address known = addresses.computeIfAbsent(address, first -> new Address(now));
        known.leftAt(now);
        return known;
    }
}
