package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.Answers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** The routes of the query API, first part: domains, one domain, one message. All under one bearer token. */
public final class QueryRoutes {

    private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");
    private static final int LIMIT_FALLBACK = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final String RETRY_AFTER_SECONDS = "2";

    private final Answers answers;
    private final BearerToken token;

    /** Questions to these answers, for whoever has this token. */
    public QueryRoutes(Answers answers, BearerToken token) {
        this.answers = answers;
        this.token = token;
    }

    /** Adds the routes. */
    public void addTo(RoutesConfig routes) {
        // Without a pattern: one that a path escapes would open what is behind it.
        routes.before(this::requireToken);
        routes.get("/v1/domains", this::domains);
        routes.get("/v1/domains/{domain}", this::domain);
        // Message ids may hold slashes, so this parameter takes the rest of the path.
        routes.get("/v1/messages/<messageId>", this::message);
    }

    private void requireToken(Context request) {
        if (!OPEN.contains(request.path()) && !token.isIn(request)) {
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

    private void domains(Context request) {
        if (!hasOnly(request, Set.of("limit", "cursor"))) {
            return;
        }
        Optional<Integer> limit = limit(request);
        if (limit.isEmpty()) {
            badRequest(request, "limit: expected a whole number from 1 to " + LIMIT_MAX + ".");
            return;
        }
        Optional<String> after = after(request);
        if (after.isEmpty()) {
            badRequest(request, "cursor: expected the nextCursor of an earlier answer.");
            return;
        }
        answer(request, withCursor(answers.domains(after.get(), limit.get())), "No domain has been heard of.");
    }

    private void domain(Context request) {
        if (!hasOnly(request, Set.of())) {
            return;
        }
        Optional<SenderDomain> domain = SenderDomain.of(request.pathParam("domain"));
        if (domain.isEmpty()) {
            badRequest(request, "domain: expected a host name.");
            return;
        }
        answer(request, answers.domain(domain.get()), "Nothing has been heard of this sender domain.");
    }

    private void message(Context request) {
        if (!hasOnly(request, Set.of("domain"))) {
            return;
        }
        Optional<SenderDomain> domain =
                Optional.ofNullable(request.queryParam("domain")).flatMap(SenderDomain::of);
        String id = withoutBrackets(request.pathParam("messageId").strip());
        if (domain.isEmpty()) {
            badRequest(request, "domain: expected the sender domain of the message; it is part of its key.");
        } else if (id.isEmpty() || id.length() > MessageKey.MESSAGE_ID_CHARS_MAX) {
            badRequest(request, "messageId: expected 1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters.");
        } else {
            Answer answer = answers.message(new MessageKey(domain.get(), id));
            answer(request, answer, "Nothing has been heard of this message of this domain.");
        }
    }

    private static String withoutBrackets(String id) {
        return id.length() >= 2 && id.startsWith("<") && id.endsWith(">") ? id.substring(1, id.length() - 1) : id;
    }

    /** Whether each parameter is known and stands there once; otherwise the request is answered. */
    static boolean hasOnly(Context request, Set<String> known) {
        for (var parameter : request.queryParamMap().entrySet()) {
            if (!known.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                badRequest(request, "Expected each of " + known + " once at most, and no other parameter.");
                return false;
            }
        }
        return true;
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

    private static Optional<String> after(Context request) {
        String cursor = request.queryParam("cursor");
        if (cursor == null) {
            return Optional.of("");
        }
        try {
            String name = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return SenderDomain.of(name).map(SenderDomain::name).filter(name::equals);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** The cursor is opaque, so that what is behind it can change. */
    private static Answer withCursor(Answer answer) {
        if (answer instanceof Answer.Found found
                && found.json().path("nextCursor").isTextual()) {
            byte[] name = found.json().path("nextCursor").textValue().getBytes(StandardCharsets.UTF_8);
            found.json()
                    .put("nextCursor", Base64.getUrlEncoder().withoutPadding().encodeToString(name));
        }
        return answer;
    }

    static void answer(Context request, Answer answer, String nothing) {
        if (answer instanceof Answer.Found found) {
            ObjectNode json = found.json();
            request.contentType("application/json").result(json.toString().getBytes(StandardCharsets.UTF_8));
        } else if (answer instanceof Answer.Nothing) {
            problem(request, 404, "not-found", "Nothing is here", nothing);
        } else {
            request.header("Retry-After", RETRY_AFTER_SECONDS);
            problem(
                    request,
                    503,
                    "not-here",
                    "The state that holds the answer is not here now",
                    "It is being restored or moved, or another instance has it. Ask again.");
        }
    }

    static void badRequest(Context request, String detail) {
        problem(request, 400, "bad-parameter", "A parameter is not as expected", detail);
    }

    private static void problem(Context request, int status, String code, String title, String detail) {
        new Problem(status, code, title, detail).answer(request);
    }
}
