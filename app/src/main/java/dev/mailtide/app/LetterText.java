package dev.mailtide.app;

import dev.mailtide.common.event.Times;
import dev.mailtide.processor.deadletter.DeadLetter;
import java.util.Optional;

/** A dead letter as a person reads it. */
final class LetterText {

    private static final String NOT_KNOWN = "-";

    private LetterText() {}

    /** One line. */
    static String line(DeadLetter letter) {
        return "%s  %s  %s  %s  %s  %s  raw %s%s"
                .formatted(
                        letter.at(),
                        Times.text(letter.appendedAt()),
                        shown(letter.why().reason()),
                        shown(letter.origin().source()),
                        size(letter),
                        shown(letter.receiptId()),
                        shown(letter.raw().map(raw -> raw.at().toString())),
                        letter.origin().replayed().map(at -> "  replayed " + at).orElse(""));
    }

    /** All that is known but the body, one thing a line. */
    static String sheet(DeadLetter letter) {
        return """
                position      %s
                receipt id    %s
                reason        %s (%s)
                exception     %s
                source        %s
                provider      %s
                received at   %s
                appended at   %s
                replayed at   %s
                body          %s
                raw record    %s
                """.formatted(
                        letter.at(),
                        shown(letter.receiptId()),
                        shown(letter.why().reason()),
                        shown(letter.why().reasonClass()),
                        shown(letter.why().exception()),
                        shown(letter.origin().source()),
                        shown(letter.origin().provider()),
                        shown(letter.origin().receivedAt().map(Times::text)),
                        Times.text(letter.appendedAt()),
                        shown(letter.origin().replayed()),
                        size(letter),
                        shown(letter.raw().map(raw -> raw.topic() + " " + raw.at())));
    }

    private static String size(DeadLetter letter) {
        return letter.bodyBytes().isPresent() ? letter.bodyBytes().getAsLong() + " bytes" : "in the raw topic";
    }

    /** Anybody may write to a topic, and a terminal obeys control characters. */
    private static String shown(Optional<String> text) {
        return text.map(known -> known.replaceAll("[^\\x21-\\x7e ]", "?")).orElse(NOT_KNOWN);
    }
}
