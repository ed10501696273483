package dev.mailtide.testkit.fold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who lived, and what each of them heard: every life of every row, in order of their beginning. */
final class Ledger {

    private final Duration rememberFor;
    private final List<Life> lives = new ArrayList<>();
    private final Map<Event.Row, Life> present = new HashMap<>();

    Ledger(Duration rememberFor) {
        this.rememberFor = rememberFor;
    }

    void hears(Event event) {
        Life life = present.get(event.row());
        if (life == null || life.isOverAt(event.raw().appendTime(), rememberFor)) {
            life = new Life(event);
            lives.add(life);
            present.put(event.row(), life);
        }
        life.hears(event);
    }

    List<Life> lives() {
        return List.copyOf(lives);
    }

    List<Life> livesAtTheEnd() {
        return List.copyOf(present.values());
    }
}
