package dev.mailtide.processor.api;

import java.util.HashMap;
import java.util.Map;

/** Who may read the live stream at the same time: so many at most, and no token so many that nobody else can. */
final class LiveSeats {

    /** Readers at a time. */
    static final int MAX = 24;

    /** Readers at a time with one token: people share one, and who has left keeps his seat until the next beat. */
    static final int OF_A_TOKEN_MAX = 16;

    private final Map<String, Integer> byToken = new HashMap<>();

    /** Takes a seat for a reader with this token, if there is one. */
    synchronized boolean take(String tokenId) {
        if (taken() >= MAX || byToken.getOrDefault(tokenId, 0) >= OF_A_TOKEN_MAX) {
            return false;
        }
        byToken.merge(tokenId, 1, Integer::sum);
        return true;
    }

    /** Gives the seat back that was taken for this token. */
    synchronized void giveBack(String tokenId) {
        byToken.computeIfPresent(tokenId, (id, seats) -> seats == 1 ? null : seats - 1);
    }

    /** How many seats are taken. */
    synchronized int taken() {
        return byToken.values().stream().mapToInt(Integer::intValue).sum();
    }
}
