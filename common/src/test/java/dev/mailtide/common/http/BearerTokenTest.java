package dev.mailtide.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BearerTokenTest {

    private static final String TOKEN = "mt_" + "a".repeat(43);

    @AutoClose
    private final Meters meters = new Meters();

    @AutoClose
    private final HttpShell shell =
            HttpShell.start(new Address("127.0.0.1", 0, "test.port"), new Health(), meters, 100, routes -> {
                BearerToken token = new BearerToken(new Secret(TOKEN));
                routes.get("/door", context -> context.result(token.isIn(context) ? "open" : "shut"));
            });

    @Test
    void a_new_token_follows_the_rule_and_is_never_the_same() {
        SecureRandom random = new SecureRandom();

        assertThat(Stream.generate(() -> BearerToken.generate(random).reveal()).limit(100))
                .doesNotHaveDuplicates()
                .allMatch(token -> BearerToken.RULE.pattern().matcher(token).matches());
    }

    @Test
    void a_request_without_a_token_is_not_let_in() throws Exception {
        assertThat(answer(request())).isEqualTo("shut");
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer @, open",
        "bearer @, open",
        "BEARER @, open",
        "Bearer  @, open",
        "Bearer @a, shut",
        "Bearer a@, shut",
        "Bearer mt_a, shut",
        "Bearer, shut",
        "'Bearer ', shut",
        "@, shut",
        "Basic @, shut",
        "Bearer@, shut",
        "Bearer @ @, shut",
    })
    void only_the_whole_token_under_the_scheme_bearer_opens(String header, String door) throws Exception {
        assertThat(answer(request().header("Authorization", header.replace("@", TOKEN))))
                .isEqualTo(door);
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + "/door"))
                .timeout(Duration.ofSeconds(20));
    }

    private static String answer(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body();
    }
}
