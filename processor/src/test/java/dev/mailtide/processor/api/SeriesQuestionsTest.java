package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over HTTP, so that requests are real ones; the answer here is what another instance would be asked. */
class SeriesQuestionsTest {

    private static final String PATH = "/v1/domains/clinic.example/series?bucket=";
    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Meters meters = new Meters();
    private volatile Optional<Instant> asOf = Optional.of(NOW);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpShell server;

    @BeforeEach
    void start() {
        SeriesQuestions questions = new SeriesQuestions(() -> asOf);
        server = HttpShell.start(
                new HttpShell.Address("127.0.0.1", 0, "processor.port"),
                new Health(),
                meters,
                1_024,
                routes -> new Routes(routes, Routes.Need.TOKEN)
                        .get("/v1/domains/{domain}/series", request -> answerWithTheQuestion(request, questions)));
    }

    @AfterEach
    void stop() {
        server.close();
        meters.close();
    }

    @ParameterizedTest
    @CsvSource({
        "minute, from=2026-04-17T20:28:00.000Z&to=2026-04-18T20:28:00.000Z",
        "hour, from=2026-04-11T21:00:00.000Z&to=2026-04-18T21:00:00.000Z",
        "day, from=2026-01-19T00:00:00.000Z&to=2026-04-19T00:00:00.000Z",
        "hour&from=2026-04-18, from=2026-04-18T00:00:00.000Z&to=2026-04-18T21:00:00.000Z",
        "hour&to=2026-04-18, from=2026-04-11T00:00:00.000Z&to=2026-04-18T00:00:00.000Z",
        "day&from=0001-01-01&to=0001-01-03, from=0001-01-01T00:00:00.000Z&to=0001-01-03T00:00:00.000Z",
        "hour&from=2026-04-18T22:00:00.0019%2B02:00, from=2026-04-18T20:00:00.001Z&to=2026-04-18T21:00:00.000Z",
    })
    void another_instance_is_asked_for_the_span_that_was_decided_here_however_far_behind_it_is(
            String asked, String span) throws Exception {
        String question = PATH + asked.replaceFirst("&.*", "") + "&" + span;
        assertThat(ask(PATH + asked).body()).isEqualTo(question);
        asOf = Optional.of(NOW.minusSeconds(90_000_000));
        assertThat(ask(question).body()).isEqualTo(question);
        asOf = Optional.empty();
        assertThat(ask(question).body()).isEqualTo(question);
    }

    @Test
    void a_span_before_which_no_time_is_read_begins_with_the_first() throws Exception {
        String question = PATH + "day&from=0001-01-01T00:00:00.000Z&to=0001-01-03T00:00:00.000Z";
        assertThat(ask(PATH + "day&to=0001-01-03").body()).isEqualTo(question);
        assertThat(ask(question).body()).isEqualTo(question);
    }

    @Test
    void while_it_is_not_known_up_to_when_all_is_counted_only_a_span_without_an_end_is_left_to_others()
            throws Exception {
        asOf = Optional.empty();
        assertThat(ask(PATH + "hour&from=2026-04-18").body()).isEqualTo(PATH + "hour&from=2026-04-18");
        assertThat(ask(PATH + "hour&to=2026-04-18").body())
                .isEqualTo(PATH + "hour&from=2026-04-11T00:00:00.000Z&to=2026-04-18T00:00:00.000Z");
        assertThat(ask(PATH + "hour&from=2026-04-18&to=2026-04-18").statusCode())
                .isEqualTo(400);
    }

    private static void answerWithTheQuestion(Context request, SeriesQuestions questions) throws UnexpectedException {
        Caller.set(request, InstanceCaller.OURS);
        request.result(questions.question(request).pathAndQuery());
    }

    private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
