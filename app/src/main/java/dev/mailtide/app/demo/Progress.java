package dev.mailtide.app.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** One line on stderr about how far the run has come: rewritten in place on a terminal, else now and then a new one. */
final class Progress {
    private final PrintWriter err;
    private final Style style;
    private final InstantSource time;
    private Instant dueAt = Instant.MIN;

    Progress(PrintWriter err, Style style, InstantSource time) {
        this.err = err;
        this.style = style;
        this.time = time;
    }

    enum Style {
        IN_PLACE("\r", "\u001b[K", Duration.ofMillis(200)),
        LINE_BY_LINE("", System.lineSeparator(), Duration.ofSeconds(2));

        private final String before;
        private final String after;
        private final Duration pause;

        Style(String before, String after, Duration pause) {
            this.before = before;
            this.after = after;
            this.pause = pause;
        }
    }

    boolean isDue() {
        return !time.instant().isBefore(dueAt);
    }

    void show(String line) {
        dueAt = time.instant().plus(style.pause);
        err.print(style.before + line + style.after);
        err.flush();
    }

    /** The last line of a phase, which stays. */
    void end(String line) {
        show(line);
        if (style == Style.IN_PLACE) {
            err.println();
        }
        err.flush();
        dueAt = Instant.MIN;
    }
}
