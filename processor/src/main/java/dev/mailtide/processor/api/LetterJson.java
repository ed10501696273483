package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.deadletter.DeadLetter;
import dev.mailtide.processor.deadletter.LetterCursor;
import dev.mailtide.processor.deadletter.LetterPage;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.deadletter.Replay;
import java.util.Optional;
import java.util.TreeSet;

/** Dead letters as answers show them: everything but the body. What is not known is not there. */
final class LetterJson {

    private LetterJson() {}

    static void add(ObjectNode json, LetterPage page) {
        ArrayNode letters = json.putArray("deadLetters");
        page.letters().forEach(letter -> letters.add(of(letter)));
        addEnd(json, page);
    }

    static void add(ObjectNode json, Replay.Outcome outcome) {
        json.put("replayed", outcome.replayed());
        ArrayNode missing = json.putArray("missing");
        new TreeSet<>(outcome.missing()).forEach(at -> put(missing.addObject(), at));
    }

    /** Where the list goes on, and whether it is short of something that a limit cut off. */
    static void addEnd(ObjectNode json, LetterPage page) {
        json.put("nextCursor", page.next().map(LetterCursor::text).orElse(null));
        if (page.partial()) {
            json.put("partial", true);
        }
    }

    private static ObjectNode of(DeadLetter letter) {
        ObjectNode json = put(JsonNodeFactory.instance.objectNode(), letter.at());
        put(json, "receiptId", letter.receiptId());
        put(json, "reason", letter.why().reason());
        put(json, "class", letter.why().reasonClass());
        put(json, "exception", letter.why().exception());
        put(json, "source", letter.origin().source());
        put(json, "provider", letter.origin().provider());
        put(json, "receivedAt", letter.origin().receivedAt().map(Times::text));
        json.put("appendedAt", Times.text(letter.appendedAt()));
        put(json, "replayedAt", letter.origin().replayed());
        letter.bodyBytes().ifPresent(bytes -> json.put("bodyBytes", bytes));
        letter.raw().ifPresent(raw -> put(json.putObject("raw").put("topic", raw.topic()), raw.at()));
        return json;
    }

    private static ObjectNode put(ObjectNode json, Position at) {
        return json.put("partition", at.partition()).put("offset", at.offset());
    }

    private static void put(ObjectNode json, String name, Optional<String> text) {
        text.ifPresent(known -> json.put(name, known));
    }
}
