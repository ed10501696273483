package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The columns of an answer as CSV (RFC 4180): each the path of a value in a row of the JSON, its members divided by dots. They
 * only grow at the end. What is null, or not there, is an empty cell; a list is its items divided by spaces.
 *
 * <p>A text that a spreadsheet would take for a formula gets a leading apostrophe.
 *
 * @param paths one or more
 */
record Columns(List<String> paths) {

    private static final String FORMULA_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    /** Copies the paths. */
    Columns {
        paths = List.copyOf(paths);
    }

    static Columns of(String... paths) {
        return new Columns(List.of(paths));
    }

    /** These, and those of an object at this path behind them. */
    Columns and(String path, String... members) {
        List<String> more = new ArrayList<>(paths);
        for (String member : members) {
            more.add(path + "." + member);
        }
        return new Columns(more);
    }

    /** These, and more behind them. */
    Columns andPaths(String... morePaths) {
        List<String> more = new ArrayList<>(paths);
        more.addAll(List.of(morePaths));
        return new Columns(more);
    }

    /** The line with the names. */
    String header() {
        return String.join(",", paths) + "\r\n";
    }

    /** The line of one row. */
    String line(JsonNode row) {
        StringJoiner line = new StringJoiner(",", "", "\r\n");
        paths.forEach(path -> line.add(cell(at(row, path))));
        return line.toString();
    }

    private static JsonNode at(JsonNode row, String path) {
        JsonNode found = row.path(path);
        if (!found.isMissingNode()) {
            return found;
        }
        JsonNode inside = row;
        for (String member : path.split("\\.", -1)) {
            inside = inside.path(member);
        }
        return inside;
    }

    private static String cell(JsonNode value) {
        if (value.isArray()) {
            List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(item.asText()));
            return quoted(harmless(String.join(" ", items)));
        }
        if (value.isTextual()) {
            return quoted(harmless(value.textValue()));
        }
        return value.isNumber() || value.isBoolean() ? value.asText() : "";
    }

    private static String harmless(String text) {
        return !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        boolean needsQuotes = text.chars().anyMatch(each -> each == ',' || each == '"' || each == '\r' || each == '\n');
        return needsQuotes ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
