package dev.mailtide.common.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * An error answer in the form of RFC 9457. It says what was expected; it never repeats what was sent.
 *
 * @param status the HTTP status
 * @param code what kind of problem it is, for programs: {@code type} is {@code urn:mailtide:problem:<code>}
 * @param title the same for people
 * @param detail what to do about it
 */
public record Problem(int status, String code, String title, String detail) {

    /** The media type of the answer. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Answers with this problem. */
    public void answer(Context context) {
        context.status(status).contentType(CONTENT_TYPE).result(json().getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with this problem where there is no servlet. */
    public void answer(Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
        Content.Sink.write(response, true, json(), callback);
    }

    /** The body of the answer. */
    public String json() {
        return tree().toString();
    }

    /** The same, for who has more to say in it: members of RFC 9457 3.2. */
    public ObjectNode tree() {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", "urn:mailtide:problem:" + code);
        json.put("title", title);
        json.put("status", status);
        json.put("detail", detail);
        return json;
    }
}
