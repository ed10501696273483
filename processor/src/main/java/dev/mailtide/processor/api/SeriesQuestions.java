package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.BucketSize;
import dev.mailtide.processor.aggregate.SeriesSpan;
import dev.mailtide.processor.aggregate.StateKey;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes questions of requests for the series of one domain. Where a span begins and ends is decided once, by whoever is asked
 * first: one that holds the answer may be behind, and would take another span to be meant.
 */
final class SeriesQuestions {

    private static final int DATE_CHARS = "2026-04-18".length();
    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final String NOTHING = "Nothing has been heard of this sender domain.";

    private final Supplier<Optional<Instant>> asOf;

    /** @param asOf up to when everything is counted, by which a span begins and ends that has no begin or end of its own */
    SeriesQuestions(Supplier<Optional<Instant>> asOf) {
        this.asOf = asOf;
    }

    /** The question; nothing if the request is answered, with what was expected of it. */
    Optional<Question> question(Context request) {
        if (!Parameters.areOnly(request, Set.of("bucket", "from", "to"))) {
            return Optional.empty();
        }
        Optional<SenderDomain> asked = SenderDomain.of(request.pathParam("domain"));
        Optional<BucketSize> size =
                Optional.ofNullable(request.queryParam("bucket")).flatMap(BucketSize::named);
        if (asked.isEmpty()) {
            return Parameters.unexpected(request, "domain: expected a host name.");
        }
        if (size.isEmpty()) {
            return Parameters.unexpected(request, "bucket: expected minute, hour or day.");
        }
        if (isUnreadable(request, "from") || isUnreadable(request, "to")) {
            return Parameters.unexpected(
                    request,
                    "from, to: expected a date such as 2026-04-18, or a time such as 2026-04-18T20:27:00Z; "
                            + "a + in it is written %2B.");
        }
        return question(request, asked.get(), size.get());
    }

    private Optional<Question> question(Context request, SenderDomain asked, BucketSize size) {
        Optional<Instant> wanted = time(request, "to").or(() -> asOf.get().map(now -> SeriesSpan.defaultTo(size, now)));
        if (wanted.isEmpty()) {
            // Another instance may know it.
            SenderDomain unknownEnd = Caller.of(request).answerFor(asked);
            return Optional.of(new Question(
                    unknownEnd,
                    StateKey.of(unknownEnd),
                    pathAndQuery(request, unknownEnd),
                    from -> new Answer.NotHere(),
                    NOTHING));
        }
        Instant end = wanted.get();
        Instant begin = time(request, "from").orElseGet(() -> defaultFrom(size, end));
        Optional<String> problem = SeriesSpan.problem(size, begin, end);
        if (problem.isPresent()) {
            return Parameters.unexpected(request, problem.get());
        }
        SeriesSpan span = new SeriesSpan(size, begin, end);
        SenderDomain domain = Caller.of(request).answerFor(asked);
        return Optional.of(new Question(
                domain, StateKey.of(domain), pathAndQuery(domain, span), from -> from.series(domain, span), NOTHING));
    }

    private static String pathAndQuery(Context request, SenderDomain domain) {
        return "/v1/domains/" + domain.name() + "/series?" + RequestLine.query(request);
    }

    /** Not before the times that are read: another instance must be able to read it. */
    private static Instant defaultFrom(BucketSize size, Instant end) {
        Instant begin = SeriesSpan.defaultFrom(size, end);
        return begin.isBefore(TIME_MIN) ? TIME_MIN : begin;
    }

    private static String pathAndQuery(SenderDomain domain, SeriesSpan span) {
        return "/v1/domains/" + domain.name() + "/series?bucket=" + span.size().wireName() + "&from="
                + Times.text(span.from()) + "&to=" + Times.text(span.to());
    }

    private static boolean isUnreadable(Context request, String parameter) {
        return request.queryParam(parameter) != null && time(request, parameter).isEmpty();
    }

    private static Optional<Instant> time(Context request, String parameter) {
        return Optional.ofNullable(request.queryParam(parameter)).flatMap(SeriesQuestions::parsed);
    }

    private static Optional<Instant> parsed(String text) {
        try {
            OffsetDateTime time = text.length() == DATE_CHARS
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text);
            Instant read = time.toInstant().truncatedTo(ChronoUnit.MILLIS);
            return read.isBefore(TIME_MIN) || read.isAfter(TIME_MAX) ? Optional.empty() : Optional.of(read);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
