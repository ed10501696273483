package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Which part of a list of domains is asked for.
 *
 * @param after the name behind which it begins; empty for the first
 * @param limit how many domains at most, 1 to 1,000
 */
record Paging(String after, int limit) {

    private static final int LIMIT_FALLBACK = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final String NEXT = "nextCursor";

    /** Nothing if the request is not as expected, and has been answered. */
    static Optional<Paging> of(Context request) {
        if (!Parameters.areOnly(request, Set.of("limit", "cursor"))) {
            return Optional.empty();
        }
        Optional<Integer> limit = limit(request);
        if (limit.isEmpty()) {
            return Parameters.unexpected(request, "limit: expected a whole number from 1 to " + LIMIT_MAX + ".");
        }
        Optional<String> after = after(request);
        if (after.isEmpty()) {
            return Parameters.unexpected(request, "cursor: expected the nextCursor of an earlier answer.");
        }
        return Optional.of(new Paging(after.get(), limit.get()));
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
    static ObjectNode withCursor(ObjectNode list) {
        if (list.path(NEXT).isTextual()) {
            byte[] name = list.path(NEXT).textValue().getBytes(StandardCharsets.UTF_8);
            list.put(NEXT, Base64.getUrlEncoder().withoutPadding().encodeToString(name));
        }
        return list;
    }
}
