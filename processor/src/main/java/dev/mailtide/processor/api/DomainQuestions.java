package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.DomainQuery;
import dev.mailtide.processor.aggregate.DomainQuery.Place;
import dev.mailtide.processor.aggregate.DomainSort;
import dev.mailtide.processor.aggregate.StateKey;
import dev.mailtide.processor.definitions.Verdicts;
import dev.mailtide.processor.tokens.Scope;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes questions of requests for domains: all of them, and one. Its rates come with a verdict. */
final class DomainQuestions {

    private static final int LIMIT_FALLBACK = 100;
    private static final int LIMIT_MAX = 1_000;

    private static final Set<String> OF_LIST = Set.of("sort", "search", "limit", "cursor");

    /** Among instances, the list is asked for those in somebody's scope. */
    private static final String WITHIN = "within";

    private static final Set<String> AMONG_INSTANCES = Set.of("sort", "search", "limit", "cursor", WITHIN);

    private final Verdicts verdicts;

    DomainQuestions(Verdicts verdicts) {
        this.verdicts = verdicts;
    }

    /** The question for a list; nothing if the request is answered, with what was expected of it. */
    Optional<ListQuestion> list(Context request) {
        boolean isOfInstance = Caller.of(request) instanceof InstanceCaller;
        if (!Parameters.areOnly(request, isOfInstance ? AMONG_INSTANCES : OF_LIST)) {
            return Optional.empty();
        }
        Optional<DomainSort> sort = sort(request);
        if (sort.isEmpty()) {
            return Parameters.unexpected(
                    request,
                    "sort: expected one of "
                            + Arrays.stream(DomainSort.values())
                                    .map(DomainSort::wireName)
                                    .collect(Collectors.joining(", "))
                            + ".");
        }
        Optional<String> search = search(request);
        if (search.isEmpty()) {
            return Parameters.unexpected(
                    request, "search: expected a part of a domain's name, of 1 to 253 letters, digits, - and dots.");
        }
        Optional<Integer> limit = limit(request);
        if (limit.isEmpty()) {
            return Parameters.unexpected(request, "limit: expected a whole number from 1 to " + LIMIT_MAX + ".");
        }
        Optional<Place> after = Optional.ofNullable(request.queryParam("cursor"))
                .flatMap(cursor -> DomainCursor.decode(cursor, sort.get()));
        if (request.queryParam("cursor") != null && after.isEmpty()) {
            return Parameters.unexpected(
                    request, "cursor: expected the nextCursor of an earlier answer in the same order.");
        }
        Optional<Scope> within = within(request);
        if (within.isEmpty()) {
            return Parameters.unexpected(request, WITHIN + ": expected " + Scope.EXPECTED + ".");
        }
        return Optional.of(question(
                new DomainQuery(sort.get(), search.get(), within.get()::has, after, limit.get()), within.get()));
    }

    private ListQuestion question(DomainQuery query, Scope within) {
        return new ListQuestion(
                StateKey.storeOfDomains(),
                pathAndQuery(query, within),
                from -> judged(from.domains(query)),
                (parts, partitions) -> DomainList.of(
                        parts, query.limit(), partitions, place -> DomainCursor.encode(place, query.sort())));
    }

    private static String pathAndQuery(DomainQuery query, Scope within) {
        StringBuilder line = new StringBuilder("/v1/domains?sort=")
                .append(query.sort().wireName())
                .append("&limit=")
                .append(query.limit());
        if (!query.search().isEmpty()) {
            line.append("&search=").append(URLEncoder.encode(query.search(), StandardCharsets.UTF_8));
        }
        query.after().ifPresent(place -> line.append("&cursor=").append(DomainCursor.encode(place, query.sort())));
        if (!within.hasAllDomains()) {
            line.append('&').append(WITHIN).append('=').append(String.join(",", within.domains()));
        }
        return line.toString();
    }

    private Answer judged(Answer answer) {
        if (answer instanceof Answer.Found found) {
            for (var domain : found.json().path("domains")) {
                verdicts.addTo((ObjectNode) domain);
            }
            verdicts.addTo(found.json());
        }
        return answer;
    }

    /** The question for one; nothing if the request is answered, with what was expected of it. */
    Optional<Question> one(Context request) {
        if (!Parameters.areOnly(request, Set.of())) {
            return Optional.empty();
        }
        Optional<SenderDomain> asked = SenderDomain.of(request.pathParam("domain"));
        if (asked.isEmpty()) {
            return Parameters.unexpected(request, "domain: expected a host name.");
        }
        SenderDomain domain = Caller.of(request).answerFor(asked.get());
        return Optional.of(new Question(
                domain,
                StateKey.of(domain),
                "/v1/domains/" + domain.name(),
                from -> judged(from.domain(domain)),
                "Nothing has been heard of this sender domain."));
    }

    private static Optional<DomainSort> sort(Context request) {
        String name = request.queryParam("sort");
        return name == null ? Optional.of(DomainSort.NAME) : DomainSort.named(name);
    }

    private static Optional<String> search(Context request) {
        String text = request.queryParam("search");
        if (text == null) {
            return Optional.of("");
        }
        String part = text.toLowerCase(Locale.ROOT);
        return part.matches("[a-z0-9.-]{1,253}")
                ? Optional.of(part)
                : SenderDomain.of(text).map(SenderDomain::name);
    }

    private static Optional<Integer> limit(Context request) {
        String text = request.queryParam("limit");
        if (text == null) {
            return Optional.of(LIMIT_FALLBACK);
        }
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(limit -> limit >= 1 && limit <= LIMIT_MAX);
    }

    /** What the caller may see; another instance says it of its own caller. A token without domains sees an empty list. */
    private static Optional<Scope> within(Context request) {
        if (Caller.of(request) instanceof TokenCaller token) {
            return Optional.of(token.scope());
        }
        String rules = request.queryParam(WITHIN);
        if (rules == null) {
            return Optional.of(Scope.ALL);
        }
        return rules.isEmpty()
                ? Scope.of(List.of(), false, false)
                : Scope.of(List.of(rules.split(",", -1)), false, false);
    }
}
