package dev.mailtide.processor.deadletter;

import java.util.List;
import java.util.Optional;

/**
 * Some dead letters, the newest first.
 *
 * @param next where the list goes on; nothing at its end
 * @param partial whether reading was broken off by a limit before the page was full
 */
public record LetterPage(List<DeadLetter> letters, Optional<LetterCursor> next, boolean partial) {

    /** Copies the letters. */
    public LetterPage {
        letters = List.copyOf(letters);
    }
}
