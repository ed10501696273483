package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.processor.tokens.Scope;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The login of the dashboard, and who tries tokens. The last test uses up the tries of this address. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionTest {

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    @Order(1)
    void a_token_becomes_a_cookie_that_no_script_can_read_and_no_other_site_can_use() throws Exception {
        HttpResponse<String> login = logIn(RunningApi.ADMIN, "Content-Type", "application/json");
        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(login.body())
                .isEqualTo(
                        "{\"tokenId\":\"settings\",\"name\":\"settings\",\"domains\":[\"*\"],\"recipients\":true,\"admin\":true}");
        assertThat(login.headers().firstValue("set-cookie"))
                .contains("mailtide=" + RunningApi.ADMIN + "; Path=/; HttpOnly; SameSite=Strict");
        assertThat(login.headers().firstValue("cache-control")).contains("no-store");
        assertThat(api.send(api.request("/v1/domains", "Cookie", "mailtide=" + RunningApi.ADMIN))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(2)
    void behind_a_proxy_with_https_the_cookie_never_goes_over_http() throws Exception {
        HttpResponse<String> login =
                logIn(RunningApi.ADMIN, "Content-Type", "application/json", "X-Forwarded-Proto", "https");
        assertThat(login.headers().firstValue("set-cookie").orElse("")).endsWith("; Secure");
    }

    @Test
    @Order(3)
    void after_the_logout_the_cookie_is_empty() throws Exception {
        HttpResponse<String> logout =
                api.send(api.request("/v1/session", "Cookie", "mailtide=" + RunningApi.ADMIN, "Mailtide-Request", "1")
                        .DELETE());
        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(logout.headers().firstValue("set-cookie"))
                .contains("mailtide=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        assertThat(api.send(api.request("/v1/domains", "Cookie", "mailtide=")).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "'', 403",
        "Mailtide-Request=1, 200",
        "Mailtide-Request=1 Origin=http://HOST, 200",
        "Mailtide-Request=1 Origin=https://evil.example, 403",
        "Mailtide-Request=1 Origin=null, 403",
        "Mailtide-Request=1 Sec-Fetch-Site=cross-site, 403",
        "Mailtide-Request=1 Sec-Fetch-Site=same-site, 403",
        "Mailtide-Request=1 Sec-Fetch-Site=same-origin, 200",
    })
    void with_the_cookie_alone_nothing_can_be_changed_from_another_site(String headers, int status) throws Exception {
        var request = api.request("/v1/dead-letters/replay", "Cookie", "mailtide=" + RunningApi.ADMIN);
        for (String header : headers.isEmpty() ? List.<String>of() : List.of(headers.split(" ", -1))) {
            String[] parts = header.replace("HOST", "127.0.0.1:" + api.port()).split("=", 2);
            request.header(parts[0], parts[1]);
        }
        HttpResponse<String> answer =
                api.send(request.POST(BodyPublishers.ofString("{\"filter\":{\"source\":\"none\"}}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body().contains("urn:mailtide:problem:cross-site")).isEqualTo(status == 403);
    }

    @Test
    @Order(5)
    void with_a_token_in_the_header_no_other_is_needed() throws Exception {
        HttpResponse<String> answer = api.send(api.request(
                        "/v1/dead-letters/replay",
                        "Authorization",
                        "Bearer " + RunningApi.ADMIN,
                        "Origin",
                        "https://elsewhere.example")
                .POST(BodyPublishers.ofString("{\"filter\":{\"source\":\"none\"}}")));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    @Order(6)
    void a_login_from_another_site_or_that_a_form_could_send_is_refused() throws Exception {
        assertThat(logIn(RunningApi.ADMIN, "Content-Type", "text/plain").statusCode())
                .isEqualTo(415);
        assertThat(logIn(RunningApi.ADMIN).statusCode()).isEqualTo(415);
        assertThat(logIn(RunningApi.ADMIN, "Content-Type", "application/json", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @Order(7)
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"token\":7}",
                "{\"token\":\"a b\"}",
                "{\"token\":\"x\",\"more\":1}",
                "{\"token\":\"a\\r\\nSet-Cookie: x\"}",
                "canary"
            })
    void a_body_that_is_no_login_is_400_and_not_repeated(String body) throws Exception {
        HttpResponse<String> answer = api.send(
                api.request("/v1/session", "Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("canary");
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    @Order(8)
    void who_tries_tokens_is_slowed_down_and_who_works_from_there_is_not() throws Exception {
        String used = api.token("used", Scope.of(List.of("*"), false, false).orElseThrow());
        String unused = api.tokens
                .create("unused", Scope.of(List.of("*"), false, false).orElseThrow(), new java.security.SecureRandom())
                .token()
                .reveal();
        int refused = 0;
        HttpResponse<String> last = api.get("/v1/domains", "mt_" + "x".repeat(43));
        for (int i = 0; i < 40 && refused < 3; i++) {
            last = i % 2 == 0
                    ? api.get("/v1/domains", "mt_" + "x".repeat(43))
                    : logIn("mt_" + "x".repeat(43), "Content-Type", "application/json");
            refused += last.statusCode() == 429 ? 1 : 0;
        }
        assertThat(refused).isEqualTo(3);
        assertThat(last.headers().firstValue("retry-after")).contains("1");
        assertThat(last.body()).contains("urn:mailtide:problem:too-many-tries");
        assertThat(api.get("/v1/domains", used).statusCode()).isEqualTo(200);
        assertThat(api.get("/v1/domains", RunningApi.ADMIN).statusCode()).isEqualTo(200);
        // Nobody can tell from here whether this one is good; unless a second has passed since the last try.
        assertThat(api.get("/v1/domains", unused).statusCode()).isIn(429, 200);
    }

    private static HttpResponse<String> logIn(String token, String... headers)
            throws IOException, InterruptedException {
        return api.send(
                api.request("/v1/session", headers).POST(BodyPublishers.ofString("{\"token\":\"" + token + "\"}")));
    }
}
