package dev.mailtide.processor.api;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/** Path and query of a request as they came, each for asking the same of another instance. */
final class RequestLine {

    private static final String LEFT_AS_IT_IS = "-._~!$&'()*+,;=:@/?%";

    private RequestLine() {}

    static String path(Context request) {
        return escaped(request.req().getRequestURI());
    }

    static String query(Context request) {
        String query = request.queryString();
        return query == null ? "" : escaped(query);
    }

    /** Servers take characters that stand in no URI; clients do not send them. */
    static String escaped(String raw) {
        StringBuilder escaped = new StringBuilder();
        for (byte one : raw.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (one & 0xff);
            if (isLetterOrDigit(character) || LEFT_AS_IT_IS.indexOf(character) >= 0) {
                escaped.append(character);
            } else {
                escaped.append(String.format("%%%02X", one & 0xff));
            }
        }
        return escaped.toString();
    }

    private static boolean isLetterOrDigit(char character) {
        return (character >= '0' && character <= '9')
                || (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z');
    }
}
