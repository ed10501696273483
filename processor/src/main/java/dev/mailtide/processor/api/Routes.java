package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.peers.Peers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How routes of the query API are added: each path knows HEAD where it knows GET, and OPTIONS; a request that is not as
 * expected is told so; and where a token for admins is needed, nobody else gets further than here.
 */
final class Routes {

    private static final String ROUTE = Routes.class.getName();

    private final RoutesConfig javalin;
    private final Need need;
    private final Map<String, Set<String>> methods = new ConcurrentHashMap<>();

    /** Who may ask. */
    enum Need {
        /** Anybody with a token; what it opens decides about the answer. */
        TOKEN,
        /** Only who has a token for admins. */
        ADMIN
    }

    Routes(RoutesConfig javalin, Need need) {
        this.javalin = javalin;
        this.need = need;
    }

    /** Adds a question; HEAD is answered with the same headers. */
    void get(String path, Handler handler) {
        Handler guarded = guarded(path, handler);
        javalin.get(path, guarded);
        javalin.head(path, guarded);
        knows(path, "GET");
        knows(path, "HEAD");
    }

    /** Adds the same question as another instance asks it. */
    void amongInstances(String path, Handler handler) {
        javalin.get(Peers.PREFIX + path, request -> orSayWhat(request, handler));
    }

    /** Adds a question that another instance asks with a body. */
    void postAmongInstances(String path, Handler handler) {
        javalin.post(Peers.PREFIX + path, request -> orSayWhat(request, handler));
    }

    /** Adds something to do. */
    void post(String path, Handler handler) {
        javalin.post(path, guarded(path, handler));
        knows(path, "POST");
    }

    /** Adds something to undo. */
    void delete(String path, Handler handler) {
        javalin.delete(path, guarded(path, handler));
        knows(path, "DELETE");
    }

    private Handler guarded(String path, Handler handler) {
        return request -> {
            request.attribute(ROUTE, path);
            if (need == Need.ADMIN && !Caller.of(request).isAdmin()) {
                new Problem(
                                403,
                                "not-allowed",
                                "This token does not open it",
                                "It needs a token with the scope admin: mailtide tokens create --admin.")
                        .answer(request);
            } else {
                orSayWhat(request, handler);
            }
        };
    }

    private static void orSayWhat(Context request, Handler handler) throws Exception {
        try {
            handler.handle(request);
        } catch (UnexpectedException e) {
            e.problem().answer(request);
        }
    }

    private void knows(String path, String method) {
        Set<String> known = methods.computeIfAbsent(path, first -> new TreeSet<>());
        if (known.isEmpty()) {
            javalin.options(path, request -> answerOptions(request, known));
            known.add("OPTIONS");
        }
        known.add(method);
    }

    private static void answerOptions(Context request, Set<String> known) {
        request.status(204).header("Allow", String.join(", ", known));
    }

    /** The path of the route that answers this request, as the documentation names it. */
    static String of(Context request) {
        return request.<Object>attribute(ROUTE) instanceof String path ? path : "";
    }
}
