package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The forms in which an answer can be had, the one that is given unless another is asked for first (RFC 9110 12.5.1). */
enum Format {
    JSON("application/json", "application/json"),
    CSV("text/csv", "text/csv; charset=utf-8; header=present"),
    NDJSON("application/x-ndjson", "application/x-ndjson");

    private final String mediaType;
    private final String contentType;

    Format(String mediaType, String contentType) {
        this.mediaType = mediaType;
        this.contentType = contentType;
    }

    /** As it stands in the header of an answer. */
    String contentType() {
        return contentType;
    }

    /** The form that this request prefers; nothing if it takes none of them, and the request is answered. */
    static Optional<Format> wanted(Context request) {
        Optional<Format> best = preferred(request.header("Accept"));
        if (best.isEmpty()) {
            new Problem(
                            406,
                            "not-acceptable",
                            "There is no such form of the answer",
                            "Accept: expected one of "
                                    + Arrays.stream(values())
                                            .map(format -> format.mediaType)
                                            .collect(Collectors.joining(", "))
                                    + ", or */*.")
                    .answer(request);
        }
        return best;
    }

    /** @param accept the header; without it, everything is welcome */
    static Optional<Format> preferred(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(JSON);
        }
        Optional<Format> best = Optional.empty();
        double bestWeight = 0;
        for (Format format : values()) {
            double weight = format.weight(accept);
            if (weight > bestWeight) {
                best = Optional.of(format);
                bestWeight = weight;
            }
        }
        return best;
    }

    /**
     * How welcome this one is. The range that names it best decides; between two that are equally welcome, the one that is
     * named goes before the one that is only meant, too.
     */
    private double weight(String accept) {
        double weight = 0;
        int bestMatch = 0;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.split(";", -1);
            int match = match(parts[0].strip().toLowerCase(Locale.ROOT));
            if (match > bestMatch) {
                bestMatch = match;
                weight = quality(parts);
            }
        }
        return weight == 0 ? 0 : weight + bestMatch / 10_000.0;
    }

    private int match(String range) {
        if (range.equals(mediaType)) {
            return 3;
        }
        if (range.equals(mediaType.substring(0, mediaType.indexOf('/')) + "/*")) {
            return 2;
        }
        return range.equals("*/*") ? 1 : 0;
    }

    /** What is no number from 0 to 1 makes the whole range unwelcome. */
    static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                String number = parameter.substring(2).strip();
                return number.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(number) : 0;
            }
        }
        return 1;
    }
}
