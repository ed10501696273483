package dev.mailtide.testkit.fold;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A JSON value, with numbers and booleans as they were written; a null and an array are both {@link Nothing}. */
sealed interface Json {

    record Fields(Map<String, Json> byName) implements Json {}

    record Text(String value) implements Json {}

    record Bare(String value) implements Json {}

    record Nothing() implements Json {}

    /** The limits of the decision page are set here by hand, and no other limit of the library may refuse a body. */
    JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1_000)
                    .maxNumberLength(1_000)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Empty unless the bytes are one complete JSON value and nothing else. */
    static Optional<Json> read(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(decode(bytes))) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Json value = value(parser);
            return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static Json value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> new Bare(parser.getText());
            default -> new Nothing();
        };
    }

    private static Json fields(JsonParser parser) throws IOException {
        Map<String, Json> byName = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            byName.put(name, value(parser));
        }
        return new Fields(byName);
    }

    private static Json array(JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            value(parser);
        }
        return new Nothing();
    }

    /** Decoded by the JDK and not by the parser, which lets overlong forms and encoded surrogates of UTF-8 pass. */
    private static String decode(byte[] bytes) throws IOException {
        Charset charset = charsetOf(bytes);
        CodingErrorAction onError = charset.equals(UTF_8) ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
        String text = charset.newDecoder()
                .onMalformedInput(onError)
                .onUnmappableCharacter(onError)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** By the byte order mark, else by where the zero bytes of the first, always ASCII, character stand. */
    private static Charset charsetOf(byte[] bytes) {
        String head = HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length));
        if (head.matches("0000feff|000000..")) {
            return Charset.forName("UTF-32BE");
        }
        if (head.matches("fffe0000|..000000")) {
            return Charset.forName("UTF-32LE");
        }
        if (head.matches("feff.*|00.*")) {
            return UTF_16BE;
        }
        return head.matches("fffe.*|..00.*") ? UTF_16LE : UTF_8;
    }
}
