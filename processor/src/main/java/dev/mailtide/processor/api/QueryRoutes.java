package dev.mailtide.processor.api;

import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.aggregate.StateKey;
import dev.mailtide.processor.peers.Peers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;

/** The routes of the query API, first part: domains, one domain, one message. All under one bearer token. */
public final class QueryRoutes {

    private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");

    private final Questions questions;
    private final SeriesQuestions series;
    private final InternalGate internal;
    private final BearerToken token;

    /**
     * Questions to all instances, for whoever has this token.
     *
     * @param internalSecret opens what instances ask one another; without it, nothing does
     */
    public QueryRoutes(
            Answers answers, Peers peers, BearerToken token, Optional<Secret> internalSecret, Meters meters) {
        InternalMeters internalMeters = new InternalMeters(meters);
        this.questions = new Questions(answers, peers, internalMeters);
        this.series = new SeriesQuestions(answers::asOf);
        this.internal = new InternalGate(internalSecret, internalMeters);
        this.token = token;
    }

    /** Adds the routes. */
    public void addTo(RoutesConfig routes) {
        // Without a pattern: one that a path escapes would open what is behind it.
        routes.before(this::requireToken);
        questions.listed(routes, "/v1/domains", QueryRoutes::domains);
        questions.keyed(routes, "/v1/domains/{domain}", QueryRoutes::domain);
        questions.keyed(routes, "/v1/domains/{domain}/series", series::question);
        // Message ids may hold slashes, so this parameter takes the rest of the path.
        questions.keyed(routes, "/v1/messages/<messageId>", QueryRoutes::message);
    }

    private void requireToken(Context request) {
        if (InternalGate.isFor(request)) {
            internal.requireSecret(request);
        } else if (!isOpen(request.path()) && !token.isIn(request)) {
            request.header("WWW-Authenticate", "Bearer");
            problem(
                    request,
                    401,
                    "no-token",
                    "The request carries no valid token",
                    "Send it as Authorization: Bearer mt_... .");
            request.skipRemainingHandlers();
        }
    }

    private static boolean isOpen(String path) {
        return OPEN.contains(path) || ContractRoutes.PATHS.contains(path);
    }

    private static Optional<ListQuestion> domains(Context request) {
        return Paging.of(request)
                .map(paging -> new ListQuestion(
                        StateKey.storeOfDomains(),
                        from -> from.domains(paging.after(), paging.limit()),
                        (parts, partitions) -> Paging.withCursor(DomainList.of(parts, paging.limit(), partitions))));
    }

    private static Optional<Question> domain(Context request) {
        if (!Parameters.areOnly(request, Set.of())) {
            return Optional.empty();
        }
        Optional<SenderDomain> domain = SenderDomain.of(request.pathParam("domain"));
        if (domain.isEmpty()) {
            return Parameters.unexpected(request, "domain: expected a host name.");
        }
        return Optional.of(new Question(
                StateKey.of(domain.get()),
                RequestLine.of(request),
                from -> from.domain(domain.get()),
                "Nothing has been heard of this sender domain."));
    }

    private static Optional<Question> message(Context request) {
        if (!Parameters.areOnly(request, Set.of("domain"))) {
            return Optional.empty();
        }
        Optional<SenderDomain> domain =
                Optional.ofNullable(request.queryParam("domain")).flatMap(SenderDomain::of);
        String id = MessageKey.bareId(request.pathParam("messageId"));
        if (domain.isEmpty()) {
            return Parameters.unexpected(
                    request, "domain: expected the sender domain of the message; it is part of its key.");
        }
        if (id.isEmpty() || id.length() > MessageKey.MESSAGE_ID_CHARS_MAX) {
            return Parameters.unexpected(
                    request, "messageId: expected 1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters.");
        }
        MessageKey message = new MessageKey(domain.get(), id);
        return Optional.of(new Question(
                StateKey.of(message),
                RequestLine.of(request),
                from -> from.message(message),
                "Nothing has been heard of this message of this domain."));
    }

    private static void problem(Context request, int status, String code, String title, String detail) {
        new Problem(status, code, title, detail).answer(request);
    }
}
