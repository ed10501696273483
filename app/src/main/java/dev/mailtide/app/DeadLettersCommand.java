package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import dev.mailtide.processor.deadletter.DeadLetter;
import dev.mailtide.processor.deadletter.DeadLetters;
import dev.mailtide.processor.deadletter.LetterCursor;
import dev.mailtide.processor.deadletter.LetterFilter;
import dev.mailtide.processor.deadletter.LetterPage;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.deadletter.Replay;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mailtide dead-letters}. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = "Lists the bodies that gave no event, shows one, and sends them again.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLettersCommand.ListLetters.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Resend.class
        },
        footer = {"", "Reads kafka.… and topics.… from the settings. Only show --body prints content."})
final class DeadLettersCommand extends CommandGroup {

    DeadLettersCommand() {
        super("list");
    }

    private static DeadLetters letters(KafkaCommand.Kafka kafka) {
        return new DeadLetters(kafka.access(), kafka.topics());
    }

    /** {@code mailtide dead-letters list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists dead letters, the newest first, without content. A line has: position (for show and replay), when",
                "it was appended, reason, source, size, receipt id, position in the raw topic, and when it was sent again."
            })
    static final class ListLetters extends KafkaCommand {

        @Mixin
        private LetterOption which = new LetterOption();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many at most, 1 to 1,000,000 (default: ${DEFAULT-VALUE}).")
        private int limit = 100;

        ListLetters() {}

        @Override
        public Integer call() {
            if (limit < 1 || limit > LetterOption.LIMIT_MAX) {
                throw wrong("--limit: expected a whole number from 1 to " + LetterOption.LIMIT_MAX);
            }
            LetterFilter filter = which.filter(LetterFilter.CameBack.INCLUDED);
            DeadLetters letters = letters(kafka());
            Optional<LetterCursor> cursor = Optional.empty();
            int listed = 0;
            do {
                LetterPage page = letters.page(filter, cursor, Math.min(LetterOption.PAGE_LETTERS, limit - listed));
                page.letters().forEach(letter -> out().println(LetterText.line(letter)));
                out().flush();
                listed += page.letters().size();
                cursor = page.next();
            } while (cursor.isPresent() && listed < limit);
            err().println(listed + " dead letters"
                    + (cursor.isPresent() ? ", and there may be more; see --limit" : ""));
            err().println(
                            listed == 0
                                    ? "Next: nothing"
                                    : "Next: mailtide dead-letters show POSITION; when the cause is mended, mailtide dead-letters"
                                            + " replay POSITION..., or replay with the same options");
            return ExitCode.DONE.code();
        }
    }

    /** {@code mailtide dead-letters show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows what is known of one dead letter; with --body the bytes that were received.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:it was shown",
                "1:there is no such letter, or its body is not there any more",
                "2:a setting or an option is wrong",
                "3:Kafka cannot be reached, or has no such topic"
            })
    static final class Show extends KafkaCommand {

        @Parameters(
                paramLabel = "POSITION",
                converter = LetterOption.PositionReader.class,
                description = "Where it stands: " + Position.EXPECTED + ".")
        private Position at = new Position(0, 0);

        @Option(
                names = "--body",
                description =
                        "Write the bytes to stdout, exactly as they came, and the rest to stderr. They hold addresses"
                                + " and subjects: protected health information. Keep them out of tickets and chats.")
        private boolean body;

        Show() {}

        @Override
        public Integer call() {
            DeadLetters letters = letters(kafka());
            Optional<DeadLetter> letter = letters.find(at);
            if (letter.isEmpty()) {
                err().println("mailtide: there is no dead letter at " + at
                        + "; it may be older than the topic keeps them. See mailtide dead-letters list");
                return ExitCode.FAILED.code();
            }
            (body ? err() : out()).print(LetterText.sheet(letter.get()));
            (body ? err() : out()).flush();
            return body ? writeBody(letters.bodyOf(letter.get())) : ExitCode.DONE.code();
        }

        private int writeBody(Optional<byte[]> bytes) {
            if (bytes.isEmpty()) {
                err().println("mailtide: the body stands in the raw topic alone, which does not hold it any more");
                return ExitCode.FAILED.code();
            }
            err().println("The body may hold protected health information; it goes to stdout.");
            err().flush();
            // Not by way of a writer, which would take bytes for text.
            PrintStream stdout = System.out;
            stdout.write(bytes.get(), 0, bytes.get().length);
            stdout.flush();
            return stdout.checkError() ? ExitCode.FAILED.code() : ExitCode.DONE.code();
        }
    }

    /** {@code mailtide dead-letters replay}. */
    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = "Sends bodies through the raw topic again, under their old receipt ids.",
            footer = {
                "What gives an event now is counted once, however often it is sent. What fails again is a new dead letter, with the",
                "time of the replay; replay leaves such letters out, unless their positions or --again are given, since the first",
                "letter stands for them. Broken off, it can begin again. A line every ten seconds says how it goes."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:every letter that was meant has been sent again",
                "1:some could not be: Kafka did not ack, or a letter or its body is not there any more",
                "2:a setting or an option is wrong",
                "3:Kafka cannot be reached, or has no raw topic"
            })
    static final class Resend extends KafkaCommand {

        @Mixin
        private LetterOption which = new LetterOption();

        @Parameters(
                paramLabel = "POSITION",
                arity = "0..*",
                converter = LetterOption.PositionReader.class,
                description =
                        "Which letters: " + Position.EXPECTED + ". Without any, --all or an option that says which.")
        private List<Position> positions = List.of();

        @Option(names = "--all", description = "All letters.")
        private boolean all;

        @Option(names = "--again", description = "Those too that were sent again before and came back.")
        private boolean again;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "1000000",
                description = "How many at most, the newest, 1 to 1,000,000 (default: ${DEFAULT-VALUE}).")
        private int limit = LetterOption.LIMIT_MAX;

        Resend() {}

        @Override
        public Integer call() {
            boolean filtered = all || which.saysSomething();
            if (positions.isEmpty() != filtered) {
                throw wrong(
                        "Which letters? Give positions, or --all, or --reason, --source, --from, --to, and not both");
            }
            if (limit < 1 || limit > LetterOption.LIMIT_MAX) {
                throw wrong("--limit: expected a whole number from 1 to " + LetterOption.LIMIT_MAX);
            }
            LetterFilter filter = which.filter(again ? LetterFilter.CameBack.INCLUDED : LetterFilter.CameBack.LEFT_OUT);
            Kafka kafka = kafka();
            try (Replay replay = new Replay(kafka.access(), kafka.topics(), clock())) {
                LetterReplay run = new LetterReplay(letters(kafka), replay, err());
                if (filtered) {
                    run.all(filter, limit);
                } else {
                    run.these(positions);
                }
                return run.tell(out()).code();
            }
        }
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }
}
