package dev.mailtide.testkit.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until the test moves it. Safe for use by several threads. */
public final class MovableTime implements InstantSource {

    private volatile Instant now;

    /** Standing at this time. */
    public MovableTime(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves on by this much, or back if negative. */
    public synchronized void move(Duration by) {
        now = now.plus(by);
    }
}
