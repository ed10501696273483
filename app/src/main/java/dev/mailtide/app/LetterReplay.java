package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import dev.mailtide.processor.deadletter.DeadLetter;
import dev.mailtide.processor.deadletter.DeadLetters;
import dev.mailtide.processor.deadletter.LetterCursor;
import dev.mailtide.processor.deadletter.LetterFilter;
import dev.mailtide.processor.deadletter.LetterPage;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.deadletter.Replay;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One run of {@code dead-letters replay}: page by page, with progress, and what came of it. */
final class LetterReplay {

    private static final Duration SAY_EVERY = Duration.ofSeconds(10);

    /** More than that is not printed. */
    private static final int MISSING_SHOWN_MAX = 20;

    private final DeadLetters letters;
    private final Replay replay;
    private final PrintWriter progress;
    private final Set<Position> missing = new TreeSet<>();
    private long saidNanos = System.nanoTime();
    private int replayed;
    private int failed;

    LetterReplay(DeadLetters letters, Replay replay, PrintWriter progress) {
        this.letters = letters;
        this.replay = replay;
        this.progress = progress;
    }

    /** Sends these letters again. */
    void these(List<Position> positions) {
        for (int from = 0; from < positions.size(); from += LetterOption.PAGE_LETTERS) {
            send(positions.subList(from, Math.min(positions.size(), from + LetterOption.PAGE_LETTERS)));
        }
    }

    /** Sends what there is now: what comes back meanwhile is newer, and the list goes on to older ones. */
    void all(LetterFilter filter, int limit) {
        Optional<LetterCursor> cursor = Optional.empty();
        int found = 0;
        do {
            LetterPage page = letters.page(filter, cursor, Math.min(LetterOption.PAGE_LETTERS, limit - found));
            send(page.letters().stream().map(DeadLetter::at).toList());
            found += page.letters().size();
            cursor = page.next();
        } while (cursor.isPresent() && found < limit);
    }

    private void send(Collection<Position> positions) {
        Replay.Outcome outcome = replay.replay(positions);
        replayed += outcome.replayed();
        failed += outcome.failed();
        missing.addAll(outcome.missing());
        long now = System.nanoTime();
        if (now - saidNanos > SAY_EVERY.toNanos()) {
            saidNanos = now;
            progress.println("sent again so far: " + replayed + ", failed: " + failed + ", missing: " + missing.size());
            progress.flush();
        }
    }

    /** Says how it went, and what to do next. */
    ExitCode tell(PrintWriter out) {
        out.println("Sent " + replayed + " bodies again; the raw topic has them.");
        if (failed > 0) {
            out.println("Of " + failed + " more Kafka did not say in time whether it has them.");
        }
        if (!missing.isEmpty()) {
            out.println(missing.size() + " letters are not there, or their bodies are not there any more: "
                    + missing.stream().limit(MISSING_SHOWN_MAX).toList()
                    + (missing.size() > MISSING_SHOWN_MAX ? " and so on" : ""));
        }
        out.println(next());
        return failed == 0 && missing.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private String next() {
        if (failed > 0) {
            return "Next: the same command again, when Kafka is well; what is sent twice counts once";
        }
        return replayed == 0
                ? "Next: nothing; mailtide dead-letters list shows what there is"
                : "Next: mailtide dead-letters list, in a few seconds; what failed again stands at its top as replayed";
    }
}
