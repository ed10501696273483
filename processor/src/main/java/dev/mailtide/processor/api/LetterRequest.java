package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.deadletter.LetterCursor;
import dev.mailtide.processor.deadletter.LetterFilter;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.normalise.DeadReason;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which dead letters a request means.
 *
 * @param filter which ones
 * @param cursor where an earlier answer ended
 * @param limit how many at most, 1 to 1,000
 */
record LetterRequest(LetterFilter filter, Optional<LetterCursor> cursor, int limit) {

    private static final Set<String> FILTERS = Set.of("reason", "source", "from", "to");
    private static final Set<String> OF_LIST = Set.of("reason", "source", "from", "to", "limit", "cursor");
    private static final Set<String> OF_REPLAY = Set.of("filter", "limit", "cursor", "again");

    /** What the body of a replay asks for: these letters, or all that a filter finds. */
    record ReplayRequest(Set<Position> positions, Optional<LetterRequest> found) {}

    /** Reads the parameters of a list. */
    static LetterRequest ofList(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, OF_LIST);
        return new LetterRequest(filter(asked, LetterFilter.CameBack.INCLUDED), cursor(asked), asked.limit());
    }

    /** Reads the body of a replay. */
    static ReplayRequest ofReplay(Context request) throws UnexpectedException {
        JsonNode body = RequestBody.of(request);
        if (body.has("positions")) {
            RequestBody.requireOnly(body, Set.of("positions"));
            return new ReplayRequest(positions(body.get("positions")), Optional.empty());
        }
        RequestBody.requireOnly(body, OF_REPLAY);
        JsonNode filter = body.path("filter");
        if (!filter.isObject()) {
            throw new UnexpectedException("Expected positions, a list of {partition, offset}, or filter, an object; an"
                    + " empty filter means all.");
        }
        RequestBody.requireOnly(filter, FILTERS);
        Parameters around = Parameters.ofObject(body);
        return new ReplayRequest(
                Set.of(),
                Optional.of(new LetterRequest(
                        filter(Parameters.ofObject(filter), cameBack(body.path("again"))),
                        cursor(around),
                        around.limit())));
    }

    private static LetterFilter.CameBack cameBack(JsonNode again) throws UnexpectedException {
        if (!again.isMissingNode() && !again.isBoolean()) {
            throw new UnexpectedException("again: expected true or false.");
        }
        return again.asBoolean() ? LetterFilter.CameBack.INCLUDED : LetterFilter.CameBack.LEFT_OUT;
    }

    private static Set<Position> positions(JsonNode list) throws UnexpectedException {
        Set<Position> positions = new TreeSet<>();
        for (JsonNode item : list) {
            positions.add(Position.of(numberOf(item, "partition") + ":" + numberOf(item, "offset"))
                    .filter(any -> item.size() == 2)
                    .orElseThrow(LetterRequest::unexpectedPositions));
        }
        if (!list.isArray() || list.isEmpty() || list.size() > Parameters.LIMIT_MAX) {
            throw unexpectedPositions();
        }
        return positions;
    }

    private static UnexpectedException unexpectedPositions() {
        return new UnexpectedException("positions: expected a list of 1 to " + Parameters.LIMIT_MAX
                + " objects, each with partition and offset as a list of dead letters gives them.");
    }

    private static String numberOf(JsonNode item, String field) {
        return item.path(field).isIntegralNumber() ? item.path(field).asText() : "";
    }

    private static LetterFilter filter(Parameters asked, LetterFilter.CameBack cameBack) throws UnexpectedException {
        return new LetterFilter(
                asked.read("reason", DeadReason::ofCode, "one of " + codes()),
                asked.read(
                        "source",
                        text -> Optional.of(text).filter(name -> name.matches("[a-z0-9-]{1,40}")),
                        "the name of a source, 1 to 40 of a-z 0-9 -"),
                asked.time("from"),
                asked.time("to"),
                cameBack);
    }

    private static Optional<LetterCursor> cursor(Parameters asked) throws UnexpectedException {
        return asked.cursor(LetterCursor::of);
    }

    private static String codes() {
        return Arrays.stream(DeadReason.values()).map(DeadReason::code).collect(Collectors.joining(", "));
    }
}
