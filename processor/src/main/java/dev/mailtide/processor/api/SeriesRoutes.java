package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.BucketSize;
import dev.mailtide.processor.aggregate.SeriesAnswers;
import dev.mailtide.processor.aggregate.SeriesSpan;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/** The route of the series of one domain. Whoever adds it asks for the token before. */
public final class SeriesRoutes {

    private static final int DATE_CHARS = "2026-04-18".length();
    private static final int YEAR_MIN = 1;
    private static final int YEAR_MAX = 9_999;

    private final SeriesAnswers answers;

    /** Questions to these answers. */
    public SeriesRoutes(SeriesAnswers answers) {
        this.answers = answers;
    }

    /** Adds the route. */
    public void addTo(RoutesConfig routes) {
        routes.get("/v1/domains/{domain}/series", this::series);
    }

    private void series(Context request) {
        if (!QueryRoutes.hasOnly(request, Set.of("bucket", "from", "to"))) {
            return;
        }
        Optional<SenderDomain> domain = SenderDomain.of(request.pathParam("domain"));
        Optional<BucketSize> size =
                Optional.ofNullable(request.queryParam("bucket")).flatMap(BucketSize::named);
        if (domain.isEmpty()) {
            QueryRoutes.badRequest(request, "domain: expected a host name.");
        } else if (size.isEmpty()) {
            QueryRoutes.badRequest(request, "bucket: expected minute, hour or day.");
        } else if (isUnreadable(request, "from") || isUnreadable(request, "to")) {
            QueryRoutes.badRequest(
                    request,
                    "from, to: expected a date such as 2026-04-18, or a time such as 2026-04-18T20:27:00Z; "
                            + "a + in it is written %2B.");
        } else {
            series(request, domain.get(), size.get());
        }
    }

    private void series(Context request, SenderDomain domain, BucketSize size) {
        Optional<Instant> asOf = answers.asOf();
        if (asOf.isEmpty()) {
            QueryRoutes.answer(request, new Answer.NotHere(), "");
            return;
        }
        Instant to = time(request, "to").orElseGet(() -> SeriesSpan.defaultTo(size, asOf.get()));
        Instant from = time(request, "from").orElseGet(() -> SeriesSpan.defaultFrom(size, to));
        Optional<String> problem = SeriesSpan.problem(size, from, to);
        if (problem.isPresent()) {
            QueryRoutes.badRequest(request, problem.get());
            return;
        }
        Answer answer = answers.series(domain, new SeriesSpan(size, from, to));
        QueryRoutes.answer(request, answer, "Nothing has been heard of this sender domain.");
    }

    private static boolean isUnreadable(Context request, String parameter) {
        return request.queryParam(parameter) != null && time(request, parameter).isEmpty();
    }

    private static Optional<Instant> time(Context request, String parameter) {
        return Optional.ofNullable(request.queryParam(parameter)).flatMap(SeriesRoutes::parsed);
    }

    private static Optional<Instant> parsed(String text) {
        try {
            OffsetDateTime time = text.length() == DATE_CHARS
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            boolean isInRange = time.getYear() >= YEAR_MIN && time.getYear() <= YEAR_MAX;
            return isInRange ? Optional.of(time.toInstant().truncatedTo(ChronoUnit.MILLIS)) : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
