package dev.mailtide.common.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;

/** The files under {@code golden}: made by other programs than ours, and never changed once released. */
final class Golden {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    static byte[] bytes(String path) {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading golden file " + path, e);
        }
    }

    /** The elements of a file that holds a JSON array. */
    static Stream<JsonNode> vectors(String path) {
        try {
            return JSON.readTree(bytes(path)).valueStream();
        } catch (IOException e) {
            throw new UncheckedIOException("reading golden file " + path, e);
        }
    }
}
