package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that is a list, in any of its forms. As JSON it is one object: the members of {@code head}, the list, the members
 * of {@code tail}. As CSV and NDJSON it is the rows alone, and what stands around them goes into headers: {@code asOf},
 * {@code stale}, {@code partial} and {@code nextCursor} as {@code Mailtide-As-Of} and so on.
 *
 * <p>{@link #answer} is for a page, which is in memory; {@link #stream} for what may be long, and holds one row at a time.
 *
 * @param name of the list in the JSON
 * @param columns of the rows in the CSV
 * @param head stands before the list
 * @param tail stands behind it
 */
record Rows(String name, Columns columns, ObjectNode head, ObjectNode tail) {

    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER_BYTES = 32 * 1024;

    private static final Map<String, String> HEADERS = Map.of(
            "asOf", "Mailtide-As-Of",
            "stale", "Mailtide-Stale",
            "partial", "Mailtide-Partial",
            "nextCursor", "Mailtide-Next-Cursor");

    /** How a stream has ended. */
    enum Ended {
        /** Everything was sent. */
        WHOLE,
        /** The source failed, or the client has gone. */
        BROKEN_OFF
    }

    /** Takes rows, one after the other. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes one more.
         *
         * @throws IOException if the client is gone
         */
        void row(JsonNode row) throws IOException;
    }

    /** Gives rows, one after the other. */
    @FunctionalInterface
    interface Source {
        /**
         * Gives all of them.
         *
         * @throws IOException if the sink throws it
         */
        void giveTo(Sink sink) throws IOException;
    }

    /** A whole answer as it was made of JSON: what stands before the list of this name, and what behind it. */
    static Rows around(ObjectNode answer, String name, Columns columns) {
        ObjectNode head = JsonNodeFactory.instance.objectNode();
        ObjectNode tail = JsonNodeFactory.instance.objectNode();
        boolean isBehind = false;
        for (Map.Entry<String, JsonNode> member : answer.properties()) {
            if (member.getKey().equals(name)) {
                isBehind = true;
            } else {
                (isBehind ? tail : head).set(member.getKey(), member.getValue());
            }
        }
        return new Rows(name, columns, head, tail);
    }

    /** Answers with these rows, which are few. */
    void answer(Context request, Format format, List<? extends JsonNode> rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(format, bytes, sink -> {
                for (JsonNode row : rows) {
                    sink.row(row);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        around(request, format);
        Answered.bytes(request, format.contentType(), bytes.toByteArray());
    }

    /**
     * Answers with these rows as they come. The first bytes are sent before the last row is known: when the source fails, the
     * connection is cut, so that nobody takes a part for the whole.
     */
    Ended stream(Context request, Format format, Source rows) {
        around(request, format);
        Answered.heads(request, "private, no-store");
        request.status(200).contentType(format.contentType());
        boolean isZipped = Answered.takesGzip(request);
        if (isZipped) {
            request.header("Content-Encoding", "gzip");
        }
        if (request.req().getMethod().equals("HEAD")) {
            return Ended.WHOLE;
        }
        try {
            OutputStream out = outputOf(request, isZipped);
            write(format, out, rows);
            // Not where it failed: to close it is to say that it is whole.
            out.close();
            return Ended.WHOLE;
        } catch (IOException | RuntimeException e) {
            LOG.debug("an answer was broken off", e);
            cut(request);
            return Ended.BROKEN_OFF;
        }
    }

    private static OutputStream outputOf(Context request, boolean isZipped) throws IOException {
        OutputStream plain = new BufferedOutputStream(request.res().getOutputStream(), BUFFER_BYTES);
        return isZipped ? new GZIPOutputStream(plain, BUFFER_BYTES) : plain;
    }

    private static void cut(Context request) {
        ServletContextRequest.getServletContextRequest(request.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    private void around(Context request, Format format) {
        if (format == Format.JSON) {
            return;
        }
        HEADERS.forEach((member, header) -> {
            JsonNode value = head.path(member).isMissingNode() ? tail.path(member) : head.path(member);
            if (value.isValueNode() && !value.isNull()) {
                request.header(header, value.asText());
            }
        });
    }

    private void write(Format format, OutputStream out, Source rows) throws IOException {
        switch (format) {
            case JSON -> writeJson(out, rows);
            case CSV -> {
                out.write(columns.header().getBytes(StandardCharsets.UTF_8));
                rows.giveTo(row -> out.write(columns.line(row).getBytes(StandardCharsets.UTF_8)));
            }
            case NDJSON ->
                rows.giveTo(row -> {
                    out.write(JSON.writeValueAsBytes(row));
                    out.write('\n');
                });
        }
    }

    private void writeJson(OutputStream out, Source rows) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        write(head, json);
        json.writeArrayFieldStart(name);
        rows.giveTo(row -> json.writeTree(row));
        json.writeEndArray();
        write(tail, json);
        json.writeEndObject();
        json.flush();
    }

    private static void write(ObjectNode members, JsonGenerator json) throws IOException {
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            json.writeFieldName(member.getKey());
            json.writeTree(member.getValue());
        }
    }
}
