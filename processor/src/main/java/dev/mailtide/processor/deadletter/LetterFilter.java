package dev.mailtide.processor.deadletter;

import dev.mailtide.processor.normalise.DeadReason;
import java.time.Instant;
import java.util.Optional;

/**
 * Which dead letters are meant: those for which all of this holds.
 *
 * @param reason of this reason
 * @param source of this source
 * @param from appended then or later
 * @param to appended before then
 * @param cameBack what is done with those that were sent again before, and came back
 */
public record LetterFilter(
        Optional<DeadReason> reason,
        Optional<String> source,
        Optional<Instant> from,
        Optional<Instant> to,
        CameBack cameBack) {

    /** All of them. */
    public static final LetterFilter ALL =
            new LetterFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), CameBack.INCLUDED);

    /** Letters of bodies that were sent again and failed again. */
    public enum CameBack {
        /** They are meant, too. */
        INCLUDED,
        /** Their first letter is still there and stands for them: else each replay of all would send twice as many. */
        LEFT_OUT
    }

    boolean matches(DeadLetter letter) {
        return isOfThisReason(letter) && isOfThisSource(letter) && isOfThisTime(letter) && isOfThisWay(letter);
    }

    private boolean isOfThisReason(DeadLetter letter) {
        return reason.isEmpty()
                || reason.map(DeadReason::code).equals(letter.why().reason());
    }

    private boolean isOfThisSource(DeadLetter letter) {
        return source.isEmpty() || source.equals(letter.origin().source());
    }

    private boolean isOfThisTime(DeadLetter letter) {
        return from.filter(letter.appendedAt()::isBefore).isEmpty()
                && to.filter(end -> !letter.appendedAt().isBefore(end)).isEmpty();
    }

    private boolean isOfThisWay(DeadLetter letter) {
        return cameBack == CameBack.INCLUDED || letter.origin().replayed().isEmpty();
    }
}
