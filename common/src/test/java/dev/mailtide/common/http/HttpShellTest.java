package dev.mailtide.common.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpShellTest {

    private static final int BODY_BYTES_MAX = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private static final String NOT_FOUND = """
            {"type":"urn:mailtide:problem:not-found","title":"Nothing is here","status":404,\
            "detail":"Compare the path with the documentation."}""";
    private static final String METHOD_NOT_ALLOWED = """
            {"type":"urn:mailtide:problem:method-not-allowed","title":"This path knows other methods","status":405,\
            "detail":"Compare the method with the documentation."}""";
    private static final String TOO_LARGE = """
            {"type":"urn:mailtide:problem:body-too-large","title":"The body is too large","status":413,\
            "detail":"Send less at once."}""";
    private static final String INTERNAL = """
            {"type":"urn:mailtide:problem:internal","title":"Something is wrong on our side","status":500,\
            "detail":"Try again; the log has the reason."}""";

    private final Health health = new Health();

    @AutoClose
    private final Meters meters = new Meters();

    @AutoClose
    private final HttpShell shell = HttpShell.start(
            new Address("127.0.0.1", 0, "test.port"), health, meters, BODY_BYTES_MAX, HttpShellTest::routes);

    private static void routes(RoutesConfig routes) {
        routes.post("/echo", context -> context.result(context.bodyAsBytes()));
        routes.put("/echo", context -> context.result("put"));
        routes.get("/messages/{id}", context -> context.result(context.pathParam("id")));
        routes.get("/broken", context -> {
            throw new IllegalStateException("pat@home.example is in the way");
        });
        routes.get("/refused", context -> {
            throw new BadRequestResponse("pat@home.example is in the way");
        });
    }

    @Test
    void a_path_that_is_not_there_is_a_problem_404() throws Exception {
        assertIsProblem(get("/nowhere/pat@home.example"), 404, NOT_FOUND);
    }

    @Test
    void a_method_that_a_path_does_not_know_is_a_problem_405_that_names_those_it_knows() throws Exception {
        HttpResponse<String> answer = send("DELETE", "/echo", BodyPublishers.noBody());

        assertIsProblem(answer, 405, METHOD_NOT_ALLOWED);
        assertThat(allowed(answer)).containsExactlyInAnyOrder("POST", "PUT");
    }

    private static String[] allowed(HttpResponse<String> answer) {
        return answer.headers().firstValue("Allow").orElse("").split("\\s*,\\s*", -1);
    }

    @Test
    void a_body_of_the_greatest_size_is_taken_and_one_byte_more_is_a_problem_413() throws Exception {
        String most = "x".repeat(BODY_BYTES_MAX);

        HttpResponse<String> taken = send("POST", "/echo", BodyPublishers.ofString(most));
        HttpResponse<String> refused = send("POST", "/echo", BodyPublishers.ofString(most + "x"));

        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.body()).isEqualTo(most);
        assertIsProblem(refused, 413, TOO_LARGE);
    }

    @Test
    void a_body_that_does_not_tell_its_size_beforehand_has_the_same_limit() throws Exception {
        HttpResponse<String> taken = send("POST", "/echo", chunked(BODY_BYTES_MAX));
        HttpResponse<String> refused = send("POST", "/echo", chunked(BODY_BYTES_MAX + 1));

        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.body()).hasSize(BODY_BYTES_MAX);
        assertIsProblem(refused, 413, TOO_LARGE);
    }

    private static BodyPublisher chunked(int size) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size]));
    }

    @Test
    void a_failure_in_a_handler_is_a_problem_500_that_tells_nothing_of_it() throws Exception {
        assertIsProblem(get("/broken"), 500, INTERNAL);
    }

    @Test
    void a_refusal_in_a_handler_is_a_problem_that_repeats_nothing_of_the_request() throws Exception {
        assertIsProblem(get("/refused"), 400, """
                {"type":"urn:mailtide:problem:refused","title":"The request was refused","status":400,\
                "detail":"Compare it with the documentation."}""");
    }

    private static void assertIsProblem(HttpResponse<String> answer, int status, String json) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.body()).isEqualTo(json);
    }

    @Test
    void a_service_that_runs_is_alive() throws Exception {
        HttpResponse<String> answer = get("/livez");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("alive\n");
    }

    @Test
    void a_service_that_can_work_is_ready() throws Exception {
        health.require("kafka", Optional::empty);

        HttpResponse<String> answer = get("/readyz");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ready\n");
    }

    @Test
    void a_service_that_cannot_work_is_not_ready_and_says_why_but_it_is_alive() throws Exception {
        health.require("kafka", () -> Optional.of("no answer"));
        health.stopping();

        HttpResponse<String> answer = get("/readyz");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("stopping\nkafka: no answer\n");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void the_meters_show_a_counter_that_has_counted_nothing_yet() throws Exception {
        meters.counter("mailtide.bodies", "Bodies taken in.");

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().lines()).contains("mailtide_bodies_total 0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "m-1@clinic.example, m-1@clinic.example",
        "a%2Fb%2f@clinic.example, a/b/@clinic.example",
        "a%25b, a%b",
        "a%252Fb, a%2Fb",
        "a%3Bb, a;b",
        "a+b, a+b",
        "a%20b, 'a b'",
        "%3Ca%5Cb%3E, '<a\\b>'",
        "%C3%BC, ü",
        "a%3Fb%23c, a?b#c",
    })
    void a_message_id_in_a_path_reaches_the_handler_as_it_is(String escaped, String messageId) throws Exception {
        HttpResponse<String> answer = get("/messages/" + escaped);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(messageId);
    }

    @Test
    void a_port_that_is_taken_is_told_with_the_setting_that_chooses_another() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Address address = new Address("127.0.0.1", taken.getLocalPort(), "query.port");

            assertThat(catchThrowableOfType(
                            ResourceException.class,
                            () -> HttpShell.start(address, health, meters, BODY_BYTES_MAX, HttpShellTest::routes)))
                    .hasMessage("cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + "; is the port taken? Set query.port to another one");
        }
    }

    @Test
    void after_closing_nobody_listens() {
        int port = shell.port();

        shell.close();

        assertThat(catchThrowableOfType(
                        ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close()))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz HTTP/1.1", "GET /a/../../b HTTP/1.1", "GET pat@home.example HTTP/1.1"})
    void a_request_that_the_server_itself_refuses_is_a_problem_too(String requestLine) throws Exception {
        String answer = raw(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("\r\ncontent-type: application/problem+json")
                .doesNotContain("home.example");
    }

    @Test
    void the_server_does_not_tell_its_name_and_version() throws Exception {
        assertThat(get("/livez").headers().firstValue("Server")).isEmpty();
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .method(method, body)
                .timeout(PATIENCE)
                .build();
        return CLIENT.send(request, BodyHandlers.ofString(UTF_8));
    }
}
