package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Which part of a list of domains is asked for.
 *
 * @param after the name behind which it begins; empty for the first
 * @param limit how many domains at most, 1 to 1,000
 */
record Paging(String after, int limit) {

    private static final String NEXT = "nextCursor";

    static Paging of(Parameters asked) throws UnexpectedException {
        return new Paging(asked.cursor(Paging::after).orElse(""), asked.limit());
    }

    private static Optional<String> after(String cursor) {
        return Parameters.orNone(
                        (String text) -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8))
                .apply(cursor)
                .filter(name -> SenderDomain.of(name)
                        .filter(domain -> domain.name().equals(name))
                        .isPresent());
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
