package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;

/**
 * A list about people, as it was asked for.
 *
 * @param form the answer in other forms than JSON
 * @param domain the one that is answered for; nothing if it is all in the scope
 * @param limit how many rows were asked for; nothing if it was not said
 * @param pages gives the pages of it, as the caller may see them
 */
record PagedList(Form form, Optional<SenderDomain> domain, Optional<Integer> limit, Pages pages) {

    /** Gives the pages of a list. */
    @FunctionalInterface
    interface Pages {
        /**
         * One page: an answer in JSON, with {@code nextCursor} null on the last one. Nothing if nobody holds any of it.
         *
         * @param cursor the {@code nextCursor} of the page before; without it, the first that was asked for
         * @param limit how many rows at most
         */
        Optional<ObjectNode> page(Optional<String> cursor, int limit);
    }
}
