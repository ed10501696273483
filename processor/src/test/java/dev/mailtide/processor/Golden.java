package dev.mailtide.processor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;

/** The checked-in files that say what names are, so that a change of one shows. */
public final class Golden {

    /** How Kafka Streams names an operator that has no name: it changes with every operator added before it. */
    public static final Pattern GENERATED = Pattern.compile("K(STREAM|TABLE)-|-\\d{10}");

    private Golden() {}

    /** The whole file. */
    public static String text(String file) throws IOException {
        try (InputStream bytes = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file), file)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
