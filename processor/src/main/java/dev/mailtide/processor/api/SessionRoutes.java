package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.tokens.Tokens.Lookup.Known;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Lets people into the dashboard with the token that programs use. The cookie is the token itself, out of reach of scripts: so
 * it works at every instance, and is worth nothing from the moment at which the token is revoked.
 *
 * <p>A page of somebody else's cannot use the cookie: browsers do not send it along from there, and what changes something
 * needs a header that only a script of ours can set, and our own origin.
 */
final class SessionRoutes {

    /** A header that a request from another site cannot have without asking us first. */
    static final String HEADER = "Mailtide-Request";

    private static final String PATH = "/v1/session";
    private static final String COOKIE = "mailtide";
    private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

    private final Admission admission;

    SessionRoutes(Admission admission) {
        this.admission = admission;
    }

    void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        routes.post(PATH, this::begin);
        routes.get(PATH, SessionRoutes::show);
        routes.delete(PATH, SessionRoutes::end);
    }

    /** Whether this request is about to show its token in the body. */
    static boolean isLogin(Context request) {
        return request.path().equals(PATH) && request.req().getMethod().equals("POST");
    }

    /** The token in the cookie. */
    static Optional<String> tokenOf(Context request) {
        return Optional.ofNullable(request.cookie(COOKIE)).filter(token -> !token.isEmpty());
    }

    /** Whether a page of this server has sent it. */
    static boolean isOurs(Context request) {
        return request.header(HEADER) != null && isOurOrigin(request);
    }

    private static boolean isOurOrigin(Context request) {
        String site = request.header("Sec-Fetch-Site");
        if (site != null && !Set.of("same-origin", "none").contains(site)) {
            return false;
        }
        String origin = request.header("Origin");
        return origin == null || authority(origin).equals(Optional.ofNullable(request.header("Host")));
    }

    private static Optional<String> authority(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException noUri) {
            return Optional.empty();
        }
    }

    private void begin(Context request) throws UnexpectedException {
        String type = Optional.ofNullable(request.contentType()).orElse("").toLowerCase(Locale.ROOT);
        if (!isOurOrigin(request)) {
            new Problem(403, "cross-site", "The request does not come from the dashboard", "Log in from there.")
                    .answer(request);
        } else if (!type.replaceFirst(";.*", "").strip().equals("application/json")) {
            new Problem(415, "not-json", "The body is not called JSON", "Content-Type: expected application/json.")
                    .answer(request);
        } else {
            String token = token(RequestBody.of(request, Set.of("token")));
            admission.admit(request, token).ifPresent(known -> begin(request, token, known));
        }
    }

    private static void begin(Context request, String token, Known known) {
        request.header("Set-Cookie", COOKIE + "=" + token + ATTRIBUTES + secure(request));
        answer(request, known);
    }

    private static void show(Context request) throws UnexpectedException {
        Parameters.none(request);
        if (Caller.of(request) instanceof TokenCaller caller) {
            answer(request, caller.token());
        }
    }

    private static void end(Context request) throws UnexpectedException {
        Parameters.none(request);
        request.header("Set-Cookie", COOKIE + "=" + ATTRIBUTES + "; Max-Age=0" + secure(request));
        request.header("Cache-Control", "no-store");
        request.status(204);
    }

    /** Over HTTPS the cookie never goes over HTTP; the proxy that ends TLS says so. */
    private static String secure(Context request) {
        boolean isSecure = request.req().isSecure() || "https".equalsIgnoreCase(request.header("X-Forwarded-Proto"));
        return isSecure ? "; Secure" : "";
    }

    private static String token(ObjectNode body) throws UnexpectedException {
        return Parameters.ofObject(body)
                .required(
                        "token",
                        text -> Optional.of(text).filter(token -> token.matches("[A-Za-z0-9_-]{1,200}")),
                        "mt_ and what follows it");
    }

    private static void answer(Context request, Known known) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("tokenId", known.tokenId()).put("name", known.name());
        ArrayNode domains = json.putArray("domains");
        known.scope().domains().forEach(domains::add);
        json.put("recipients", known.scope().recipients())
                .put("admin", known.scope().admin());
        request.header("Cache-Control", "no-store");
        request.status(200)
                .contentType("application/json")
                .result(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
