package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of rows over HTTP: pages, streams, and what stands in their headers. */
class RowsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectNode HEAD = JsonNodeFactory.instance
            .objectNode()
            .put("asOf", "2026-04-18T20:27:26.001Z")
            .put("stale", true);
    private static final ObjectNode TAIL = JsonNodeFactory.instance.objectNode().put("nextCursor", "abc");
    private static final Columns COLUMNS = Columns.of("n", "text");
    private static final int MANY = 200_000;

    private final Meters meters = new Meters();
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpShell shell =
            HttpShell.start(new HttpShell.Address("127.0.0.1", 0, "test.port"), new Health(), meters, 100, javalin -> {
                Routes routes = new Routes(javalin, Routes.Need.TOKEN);
                routes.get("/page", RowsTest::page);
                routes.get("/many", request -> stream(request, MANY));
                routes.get("/broken", request -> stream(request, -1));
            });

    @AfterEach
    void stop() {
        shell.close();
        meters.close();
    }

    private static ObjectNode row(int n) {
        return JsonNodeFactory.instance.objectNode().put("n", n).put("text", "=row, " + n);
    }

    private static void page(Context request) {
        Rows rows = new Rows("rows", COLUMNS, HEAD, TAIL);
        Format.wanted(request).ifPresent(format -> rows.answer(request, format, List.of(row(1), row(2))));
    }

    /** @param count of rows; fewer than none break off after some */
    private static void stream(Context request, int count) {
        Rows rows = new Rows("rows", COLUMNS, HEAD, JsonNodeFactory.instance.objectNode());
        Format.wanted(request)
                .ifPresent(format -> rows.stream(request, format, sink -> {
                    for (int n = 0; n < (count < 0 ? MANY : count); n++) {
                        sink.row(row(n));
                    }
                    if (count < 0) {
                        throw new IllegalStateException("the source is gone");
                    }
                }));
    }

    @Test
    void as_json_it_is_one_object() throws Exception {
        HttpResponse<String> answer = ask("/page", "Accept", "application/json");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"asOf\":\"2026-04-18T20:27:26.001Z\",\"stale\":true,\"rows\":[{\"n\":1,\"text\":\"=row, 1\"},"
                                + "{\"n\":2,\"text\":\"=row, 2\"}],\"nextCursor\":\"abc\"}");
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
    }

    @Test
    void as_csv_it_is_the_rows_and_the_rest_stands_in_headers() throws Exception {
        HttpResponse<String> answer = ask("/page", "Accept", "text/csv");
        assertThat(answer.body()).isEqualTo("n,text\r\n1,\"'=row, 1\"\r\n2,\"'=row, 2\"\r\n");
        assertThat(header(answer, "content-type")).isEqualTo("text/csv; charset=utf-8; header=present");
        assertThat(header(answer, "mailtide-as-of")).isEqualTo("2026-04-18T20:27:26.001Z");
        assertThat(header(answer, "mailtide-stale")).isEqualTo("true");
        assertThat(header(answer, "mailtide-next-cursor")).isEqualTo("abc");
        assertThat(answer.headers().firstValue("mailtide-partial")).isEmpty();
    }

    @Test
    void as_ndjson_each_row_is_a_line() throws Exception {
        assertThat(ask("/page", "Accept", "application/x-ndjson").body())
                .isEqualTo("{\"n\":1,\"text\":\"=row, 1\"}\n{\"n\":2,\"text\":\"=row, 2\"}\n");
    }

    @Test
    void another_form_is_406_as_a_problem() throws Exception {
        HttpResponse<String> answer = ask("/page", "Accept", "text/html");
        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("urn:mailtide:problem:not-acceptable", "text/csv");
    }

    @Test
    void who_has_it_already_is_told_so_and_each_form_has_a_tag_of_its_own() throws Exception {
        HttpResponse<String> first = ask("/page", "Accept", "application/json");
        String etag = header(first, "etag");
        assertThat(etag).matches("\"[A-Za-z0-9_-]{22}\"");
        HttpResponse<String> again = ask("/page", "If-None-Match", "\"other\", W/" + etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "etag")).isEqualTo(etag);
        assertThat(ask("/page", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
        assertThat(header(ask("/page", "Accept", "text/csv"), "etag")).isNotEqualTo(etag);
        assertThat(header(first, "vary")).isEqualTo("Accept, Accept-Encoding, Authorization, Cookie");
        assertThat(header(first, "cache-control")).isEqualTo("private, no-cache");
    }

    @Test
    void head_has_the_headers_of_get_and_nothing_behind_them() throws Exception {
        HttpResponse<String> get = ask("/page", "Accept", "text/csv");
        HttpResponse<String> head = http.send(
                request("/page", "Accept", "text/csv")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("etag", "content-type", "mailtide-as-of", "content-length")) {
            assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
        }
    }

    @Test
    void options_and_a_wrong_method_say_which_there_are() throws Exception {
        HttpResponse<String> options = http.send(
                request("/page", "Accept", "*/*")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(header(options, "allow")).isEqualTo("GET, HEAD, OPTIONS");
        HttpResponse<String> put = http.send(
                request("/page", "Accept", "*/*")
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(header(put, "allow")).contains("GET");
        assertThat(put.body()).contains("urn:mailtide:problem:method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/csv", "application/x-ndjson"})
    void a_long_answer_comes_whole_as_it_is_and_compressed(String type) throws Exception {
        String plain = ask("/many", "Accept", type).body();
        HttpResponse<byte[]> zipped = http.send(
                request("/many", "Accept", type)
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(zipped.body().length).isLessThan(plain.length() / 4);
        assertThat(unzipped(zipped.body())).isEqualTo(plain);
        assertThat(texts(type, plain)).hasSize(MANY).first().isEqualTo("=row, 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/csv", "application/x-ndjson"})
    void an_answer_that_breaks_off_cannot_be_taken_for_a_whole_one(String type) {
        assertThatThrownBy(() -> ask("/broken", "Accept", type)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> http.send(
                        request("/broken", "Accept", type)
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray()))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip;q=0", "identity", "br, *;q=0", "gzip;q=0, *"})
    void who_takes_no_gzip_gets_none(String encodings) throws Exception {
        HttpResponse<String> answer = http.send(
                request("/many", "Accept", "text/csv")
                        .header("Accept-Encoding", encodings)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    }

    private static List<String> texts(String type, String body) throws IOException {
        List<String> texts = new ArrayList<>();
        if (type.equals("application/json")) {
            for (JsonNode row : JSON.readTree(body).path("rows")) {
                texts.add(row.path("text").textValue());
            }
            return texts;
        }
        for (String line : body.lines().toList()) {
            if (type.equals("text/csv")) {
                texts.add(line.replaceFirst("^[0-9]+,\"'", "").replaceFirst("\"$", ""));
            } else {
                texts.add(JSON.readTree(line).path("text").textValue());
            }
        }
        return type.equals("text/csv") ? texts.subList(1, texts.size()) : texts;
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElseThrow(() -> new AssertionError("no header " + name));
    }

    private HttpResponse<String> ask(String path, String name, String value) throws IOException, InterruptedException {
        return http.send(request(path, name, value).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String name, String value) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .header(name, value);
    }
}
