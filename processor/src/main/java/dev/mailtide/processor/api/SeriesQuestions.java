package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.BucketSize;
import dev.mailtide.processor.aggregate.SeriesSpan;
import dev.mailtide.processor.aggregate.StateKey;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes questions of requests for the series of one domain. Where a span begins and ends is decided once, by whoever is asked
 * first: one that holds the answer may be behind, and would take another span to be meant.
 */
final class SeriesQuestions {

    private static final String NOTHING = "Nothing has been heard of this sender domain.";

    private final Supplier<Optional<Instant>> asOf;

    /** @param asOf up to when everything is counted, by which a span begins and ends that has no begin or end of its own */
    SeriesQuestions(Supplier<Optional<Instant>> asOf) {
        this.asOf = asOf;
    }

    /** The question. */
    Question question(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, Set.of("bucket", "from", "to"));
        SenderDomain domain = Parameters.domainInPath(request);
        BucketSize size = asked.required("bucket", BucketSize::named, "minute, hour or day");
        Optional<Instant> from = asked.time("from");
        Optional<Instant> to = asked.time("to").or(() -> asOf.get().map(now -> SeriesSpan.defaultTo(size, now)));
        if (to.isEmpty()) {
            // Another instance may know it.
            SenderDomain unknownEnd = Caller.of(request).answerFor(domain);
            return new Question(
                    unknownEnd,
                    StateKey.of(unknownEnd),
                    pathAndQuery(request, unknownEnd),
                    here -> new Answer.NotHere(),
                    NOTHING);
        }
        Instant begin = from.orElseGet(() -> defaultFrom(size, to.get()));
        Optional<String> problem = SeriesSpan.problem(size, begin, to.get());
        if (problem.isPresent()) {
            throw new UnexpectedException(problem.get());
        }
        SeriesSpan span = new SeriesSpan(size, begin, to.get());
        return question(Caller.of(request).answerFor(domain), span);
    }

    private static Question question(SenderDomain domain, SeriesSpan span) {
        return new Question(
                domain, StateKey.of(domain), pathAndQuery(domain, span), here -> here.series(domain, span), NOTHING);
    }

    private static String pathAndQuery(Context request, SenderDomain domain) {
        return "/v1/domains/" + domain.name() + "/series?" + RequestLine.query(request);
    }

    /** Not before the times that are read: another instance must be able to read it. */
    private static Instant defaultFrom(BucketSize size, Instant end) {
        Instant begin = SeriesSpan.defaultFrom(size, end);
        return begin.isBefore(Parameters.TIME_MIN) ? Parameters.TIME_MIN : begin;
    }

    private static String pathAndQuery(SenderDomain domain, SeriesSpan span) {
        return "/v1/domains/" + domain.name() + "/series?bucket=" + span.size().wireName() + "&from="
                + Times.text(span.from()) + "&to=" + Times.text(span.to());
    }
}
