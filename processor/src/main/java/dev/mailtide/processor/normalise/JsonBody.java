package dev.mailtide.processor.normalise;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Lenient access to a provider's JSON: types drift between samples, so asking never fails and absent is absent. */
final class JsonBody {

    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Ids are numbers of any size, and must come out with the digits they went in with.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .readerFor(JsonNode.class);

    private JsonBody() {}

    /** The one JSON value that the bytes hold, or nothing if they hold something else. */
    static Optional<JsonNode> parse(byte[] bytes) {
        if (!isUnicode(bytes)) {
            return Optional.empty();
        }
        try {
            JsonNode value = READER.readTree(bytes);
            if (value.isMissingNode()) {
                return Optional.empty();
            }
            return Optional.of(isPlain(bytes) ? value : whole(value));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /**
     * Jackson lets overlong and surrogate sequences pass, and two bodies that differ in them would become one text. What
     * has a zero byte or a UTF-16 mark at its beginning is not UTF-8, and Jackson finds out which form it has.
     */
    private static boolean isUnicode(byte[] bytes) {
        boolean isWide = bytes.length >= 2 && (bytes[0] == 0 || bytes[1] == 0 || (bytes[0] & bytes[1] & 0xFE) == 0xFE);
        if (isWide || isAscii(bytes)) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** As nearly all bodies are, so that they need no decoder. */
    private static boolean isAscii(byte[] bytes) {
        int bits = 0;
        for (byte each : bytes) {
            bits |= each;
        }
        return bits >= 0;
    }

    /** Whether no text of this JSON can have surrogates: they are not ASCII, or written as an escape. */
    private static boolean isPlain(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0 || each == '\\') {
                return false;
            }
        }
        return true;
    }

    /** With whole texts in place of those that have lone surrogates, which have no UTF-8 form: no hash, and no way out. */
    private static JsonNode whole(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> TextNode.valueOf(whole(value.textValue()));
            case ARRAY -> {
                ArrayNode whole = JsonNodeFactory.instance.arrayNode(value.size());
                value.forEach(element -> whole.add(whole(element)));
                yield whole;
            }
            case OBJECT -> {
                ObjectNode whole = JsonNodeFactory.instance.objectNode();
                value.properties().forEach(member -> whole.set(whole(member.getKey()), whole(member.getValue())));
                yield whole;
            }
            default -> value;
        };
    }

    /** A string, number or boolean as text without white space at its ends; nothing if that is empty. */
    static Optional<String> text(JsonNode object, String field) {
        return text(object.path(field));
    }

    /** All members that have a text. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(member -> text(member.getValue()).ifPresent(text -> texts.put(member.getKey(), text)));
        return texts;
    }

    private static Optional<String> text(JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            return Optional.empty();
        }
        String text = value.asText().strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String whole(String text) {
        return hasSurrogates(text)
                ? text.codePoints()
                        .map(point -> isSurrogate(point) ? 0xFFFD : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                : text;
    }

    /** Pairs, too. */
    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
