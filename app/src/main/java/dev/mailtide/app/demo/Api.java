package dev.mailtide.app.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the query API what it has counted for a domain. */
final class Api {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final Installation up;

    Api(HttpClient http, Installation up) {
        this.http = http;
        this.up = up;
    }

    /** What came of a question. */
    sealed interface Answer permits Counted, NothingCounted, NotNow, Unreachable {}

    record Counted(Sheet sheet, Quality quality) implements Answer {}

    record NothingCounted() implements Answer {}

    record NotNow(int status) implements Answer {}

    record Unreachable() implements Answer {}

    enum Quality {
        WHOLE,
        STALE_OR_PARTIAL
    }

    Answer about(String domain) throws Stop, InterruptedException {
        Addresses addresses = up.addresses();
        HttpRequest question = HttpRequest.newBuilder(addresses.domain(domain))
                .timeout(ANSWER_WITHIN)
                .header("Authorization", "Bearer " + addresses.apiToken())
                .header("Accept", "application/json")
                .build();
        try {
            return understood(http.send(question, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            up.readAgain();
            return new Unreachable();
        }
    }

    private static Answer understood(HttpResponse<String> response) throws Stop {
        return switch (response.statusCode()) {
            case 200 -> counted(response.body());
            case 404 -> nothingCounted(response);
            case 401, 403 ->
                throw Stop.failed("the API refuses the token of up.json (" + response.statusCode()
                        + "); check that --data is the folder of the running `mailtide up`");
            default -> new NotNow(response.statusCode());
        };
    }

    private static Answer counted(String body) throws Stop {
        try {
            JsonNode json = JSON.readTree(body);
            boolean doubtful =
                    json.path("stale").asBoolean() || json.path("partial").asBoolean();
            return new Counted(Sheet.of(json), doubtful ? Quality.STALE_OR_PARTIAL : Quality.WHOLE);
        } catch (JsonProcessingException e) {
            throw Stop.failed("the API answers a domain with something that is not JSON; check apiUrl in up.json");
        }
    }

    /** A 404 of anyone but the API, a wrong path say, must not pass for a domain not heard of yet. */
    private static Answer nothingCounted(HttpResponse<String> response) throws Stop {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.startsWith("application/problem+json")) {
            throw Stop.failed("the API answers 404 without a problem document; check apiUrl in up.json");
        }
        return new NothingCounted();
    }
}
