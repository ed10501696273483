package dev.mailtide.ingest.access;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What goes to standard error, where the log goes, while something is done. */
public final class CapturedLog {

    private final String text;

    private CapturedLog(String text) {
        this.text = text;
    }

    /** Something that can fail. */
    @FunctionalInterface
    public interface Act {
        /** Does it. */
        void run() throws Exception;
    }

    /** Does it and captures. */
    public static CapturedLog during(Act act) {
        PrintStream before = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            act.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            System.setErr(before);
        }
        return new CapturedLog(captured.toString(StandardCharsets.UTF_8));
    }

    /** All of it. */
    public String text() {
        return text;
    }

    /** The lines with this in them. */
    public List<String> linesWith(String part) {
        return text.lines().filter(line -> line.contains(part)).toList();
    }
}
