package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.DomainQuery;
import dev.mailtide.processor.aggregate.DomainQuery.Place;
import dev.mailtide.processor.aggregate.DomainSort;
import dev.mailtide.processor.aggregate.StateKey;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
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

    private static final String SORTS =
            Arrays.stream(DomainSort.values()).map(DomainSort::wireName).collect(Collectors.joining(", "));

    private static final Set<String> OF_LIST = Set.of("sort", "search", "limit", "cursor");

    /** Among instances, the list is asked for those in somebody's scope. */
    private static final String WITHIN = "within";

    private static final Set<String> AMONG_INSTANCES = Set.of("sort", "search", "limit", "cursor", WITHIN);

    private final Verdicts verdicts;

    DomainQuestions(Verdicts verdicts) {
        this.verdicts = verdicts;
    }

    /** The question for a list. */
    ListQuestion list(Context request) throws UnexpectedException {
        boolean isOfInstance = Caller.of(request) instanceof InstanceCaller;
        Parameters asked = Parameters.of(request, isOfInstance ? AMONG_INSTANCES : OF_LIST);
        DomainSort sort =
                asked.read("sort", DomainSort::named, "one of " + SORTS).orElse(DomainSort.NAME);
        String search = asked.read(
                        "search",
                        DomainQuestions::search,
                        "a part of a domain's name, of 1 to 253 letters, digits, - and dots")
                .orElse("");
        int limit = asked.limit();
        Optional<Place> after = asked.read(
                "cursor",
                cursor -> DomainCursor.decode(cursor, sort),
                "the nextCursor of an earlier answer in the same order");
        Scope within = within(Caller.of(request), asked);
        return question(new DomainQuery(sort, search, within::has, after, limit), within);
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

    /** The question for one. */
    Question one(Context request) throws UnexpectedException {
        Parameters.none(request);
        SenderDomain domain = Caller.of(request).answerFor(Parameters.domainInPath(request));
        return new Question(
                domain,
                StateKey.of(domain),
                "/v1/domains/" + domain.name(),
                from -> judged(from.domain(domain)),
                "Nothing has been heard of this sender domain.");
    }

    private static Optional<String> search(String text) {
        String part = text.toLowerCase(Locale.ROOT);
        return part.matches("[a-z0-9.-]{1,253}")
                ? Optional.of(part)
                : SenderDomain.of(text).map(SenderDomain::name);
    }

    /** What the caller may see; another instance says it of its own caller. A token without domains sees an empty list. */
    private static Scope within(Caller caller, Parameters asked) throws UnexpectedException {
        return caller instanceof TokenCaller token
                ? token.scope()
                : asked.read(WITHIN, DomainQuestions::scope, Scope.EXPECTED).orElse(Scope.ALL);
    }

    private static Optional<Scope> scope(String rules) {
        return Scope.of(rules.isEmpty() ? List.of() : List.of(rules.split(",", -1)), false, false);
    }
}
