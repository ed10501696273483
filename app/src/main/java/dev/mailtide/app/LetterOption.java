package dev.mailtide.app;

import dev.mailtide.processor.deadletter.LetterFilter;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.normalise.DeadReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which dead letters are meant. */
final class LetterOption {

    static final int LIMIT_MAX = 1_000_000;

    /** Letters asked for at once. */
    static final int PAGE_LETTERS = 500;

    @Option(
            names = "--reason",
            paramLabel = "CODE",
            converter = ReasonReader.class,
            description = "Of this reason, for example not-json.")
    private Optional<DeadReason> reason = Optional.empty();

    @Option(names = "--source", paramLabel = "NAME", description = "Of this source.")
    private Optional<String> source = Optional.empty();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeReader.class,
            description = "Appended then or later, as in RFC 3339: 2026-04-18T20:27:26Z.")
    private Optional<Instant> from = Optional.empty();

    @Option(names = "--to", paramLabel = "TIME", converter = TimeReader.class, description = "Appended before then.")
    private Optional<Instant> to = Optional.empty();

    LetterOption() {}

    LetterFilter filter(LetterFilter.CameBack cameBack) {
        return new LetterFilter(reason, source, from, to, cameBack);
    }

    /** Whether any of them was given. */
    boolean saysSomething() {
        return reason.isPresent() || source.isPresent() || from.isPresent() || to.isPresent();
    }

    /** Reads a reason by its code. */
    static final class ReasonReader implements ITypeConverter<DeadReason> {

        ReasonReader() {}

        @Override
        public DeadReason convert(String text) {
            return DeadReason.ofCode(text)
                    .orElseThrow(() -> new TypeConversionException("expected one of "
                            + Arrays.stream(DeadReason.values())
                                    .map(DeadReason::code)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** Reads a time with an offset. */
    static final class TimeReader implements ITypeConverter<Instant> {

        TimeReader() {}

        @Override
        public Instant convert(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException unreadable) {
                throw new TypeConversionException("expected a time as in RFC 3339, for example 2026-04-18T20:27:26Z");
            }
        }
    }

    /** Reads the place of a letter. */
    static final class PositionReader implements ITypeConverter<Position> {

        PositionReader() {}

        @Override
        public Position convert(String text) {
            return Position.of(text).orElseThrow(() -> new TypeConversionException("expected " + Position.EXPECTED));
        }
    }
}
