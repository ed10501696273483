package dev.mailtide.processor.normalise;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Cuts texts to their limits and remembers the names of those it cut. One for each event. */
final class FieldLimits {

    /** A whole event, encoded. */
    static final int EVENT_BYTES_MAX = 64 * 1024;

    /** Any single line: a subject, an address, an id (RFC 5322 2.1.1). */
    static final int LINE_CHARS_MAX = 998;

    /** All custom headers together, names included. */
    static final int HEADERS_BYTES_MAX = 16 * 1024;

    /**
     * What a body of this size says fits into an event: no text of it stands in the event more than twice, and none takes more
     * than half as much again there (UTF-16 in UTF-8, a letter whose lower case is longer).
     */
    private static final int FITTING_BODY_BYTES = 16 * 1024;

    private final int bodyBytes;
    private final List<String> cut = new ArrayList<>();

    /** @param bodyBytes size of the body that the event is read from */
    FieldLimits(int bodyBytes) {
        this.bodyBytes = bodyBytes;
    }

    Optional<String> line(String field, Optional<String> text) {
        return text.map(whole -> line(field, whole));
    }

    String line(String field, String text) {
        if (text.length() <= LINE_CHARS_MAX) {
            return text;
        }
        cut.add(field);
        boolean splitsAPair = Character.isHighSurrogate(text.charAt(LINE_CHARS_MAX - 1));
        return text.substring(0, splitsAPair ? LINE_CHARS_MAX - 1 : LINE_CHARS_MAX);
    }

    /** The headers in order of their names, as long as they fit; those after the first that does not are left out. */
    Map<String, String> headers(String field, Map<String, String> all) {
        Map<String, String> kept = new TreeMap<>();
        int bytes = 0;
        for (Map.Entry<String, String> header : new TreeMap<>(all).entrySet()) {
            bytes += bytesOf(header.getKey()) + bytesOf(header.getValue());
            if (bytes > HEADERS_BYTES_MAX) {
                cut.add(field);
                break;
            }
            kept.put(header.getKey(), header.getValue());
        }
        return kept;
    }

    /**
     * Escapes can make six bytes of one character, so an event within every limit can still be too large as a whole. To find out
     * it has to be encoded, which is spared where the answer is certain.
     */
    EmailEvent fitted(EmailEvent event) {
        if (bodyBytes <= FITTING_BODY_BYTES || EventCodec.encode(event).length <= EVENT_BYTES_MAX) {
            return event;
        }
        cut.remove("customHeaders");
        cut.add("customHeaders");
        return event.with(event.details().with(Map.of(), cut));
    }

    List<String> cut() {
        return List.copyOf(cut);
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
