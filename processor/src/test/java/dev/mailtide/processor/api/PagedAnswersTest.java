package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of numbers, page by page over HTTP: what is read, noted and sent, and what becomes of it when a page fails. */
class PagedAnswersTest {

    private static final Form FORM = Form.ofList("numbers", Columns.of("n"));
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Of the pages that are whole. */
    private static final int PAGES = 40;

    private final Meters meters = new Meters();
    private final PagedAnswers answers = new PagedAnswers(meters);
    private final List<String> journal = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean isRevoked = new AtomicBoolean();
    private final CountDownLatch held = new CountDownLatch(1);
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpShell shell =
            HttpShell.start(new HttpShell.Address("127.0.0.1", 0, "test.port"), new Health(), meters, 100, this::addTo);

    @AfterEach
    void stop() {
        held.countDown();
        shell.close();
        meters.close();
    }

    private void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        add(routes, "/whole", number -> page(number, "asOf"));
        add(routes, "/partial", number -> page(number, "partial"));
        add(routes, "/nobody", number -> Optional.empty());
        add(routes, "/gone", number -> number < 20 ? page(number, "asOf") : Optional.empty());
        add(routes, "/becomes-partial", number -> page(number, number < 20 ? "asOf" : "partial"));
        add(
                routes,
                "/stumbles",
                number -> number != 20 || failures.incrementAndGet() > 2 ? page(number, "asOf") : Optional.empty());
        add(routes, "/revoked", number -> {
            isRevoked.set(number == 20);
            return page(number, "asOf");
        });
        add(routes, "/held", number -> {
            awaitRelease();
            return page(number, "asOf");
        });
    }

    private void awaitRelease() {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives a page by its number. */
    @FunctionalInterface
    private interface Numbered {
        Optional<ObjectNode> page(int number);
    }

    private void add(Routes routes, String path, Numbered pages) {
        routes.get(path, request -> {
            Caller.set(request, new Noted(request.header("Noted") == null));
            Parameters asked = Parameters.of(request, Set.of("limit"));
            answers.answer(
                    request,
                    new PagedList(
                            FORM, Optional.of(new SenderDomain("a.example")), asked.limitAsked(), (cursor, limit) -> {
                                journal.add("read " + limit);
                                return pages.page(cursor.map(Integer::valueOf).orElse(0));
                            }));
        });
    }

    /** A thousand numbers, and so much text that no buffer holds them all. */
    private static Optional<ObjectNode> page(int number, String mark) {
        ObjectNode page = JsonNodeFactory.instance.objectNode().put("asOf", "2026-04-18T20:27:26.001Z");
        if (mark.equals("partial")) {
            page.put("partial", true);
        }
        ArrayNode numbers = page.putArray("numbers");
        for (int n = 0; n < 1_000; n++) {
            numbers.addObject().put("n", String.format("%06d %s", number * 1_000 + n, "x".repeat(300)));
        }
        return Optional.of(page.put("nextCursor", number + 1 < PAGES ? Integer.toString(number + 1) : null));
    }

    /** Somebody whose reads are noted, or cannot be. */
    private final class Noted extends AnyCaller {

        private final boolean canBeNoted;

        Noted(boolean canBeNoted) {
            super("noted");
            this.canBeNoted = canBeNoted;
        }

        @Override
        public boolean notesRead(Optional<SenderDomain> domain, OptionalLong rows) {
            journal.add("note " + domain.map(SenderDomain::name).orElse("all") + " " + rows);
            return canBeNoted;
        }

        @Override
        public void readEnded(Optional<SenderDomain> domain, long rows) {
            journal.add("ended " + rows);
        }

        @Override
        public boolean isInForce() {
            return !isRevoked.get();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/csv", "application/x-ndjson"})
    void a_download_has_every_page_and_is_noted_once_before_the_second_is_read(String form) throws Exception {
        HttpResponse<String> answer = ask("/whole", form);
        List<String> lines = numbers(answer.body());
        assertThat(lines).hasSize(PAGES * 1_000).isSorted().doesNotHaveDuplicates();
        assertThat(answer.headers().firstValue("mailtide-as-of")).contains("2026-04-18T20:27:26.001Z");
        assertThat(answer.headers().firstValue("mailtide-next-cursor")).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).isEmpty();
        assertThat(answer.headers().firstValue("cache-control")).contains("private, no-store");
        List<String> expected = new ArrayList<>(List.of("read 250", "note a.example OptionalLong.empty"));
        for (int page = 1; page < PAGES; page++) {
            expected.add("read 250");
        }
        expected.add("ended " + PAGES * 1_000);
        awaitCount("whole", 1);
        assertThat(journal).isEqualTo(expected);
    }

    private static List<String> numbers(String body) {
        return body.lines()
                .filter(line -> line.contains("xxx"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .toList();
    }

    @Test
    void as_json_or_with_a_limit_it_is_a_page_noted_with_its_rows() throws Exception {
        assertThat(ask("/whole", "application/json").body()).contains("\"nextCursor\":\"1\"");
        HttpResponse<String> csv = ask("/whole?limit=7", "text/csv");
        assertThat(csv.headers().firstValue("mailtide-next-cursor")).contains("1");
        assertThat(journal)
                .containsExactly(
                        "read 100", "note a.example OptionalLong[1000]", "read 7", "note a.example OptionalLong[1000]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gone", "/becomes-partial"})
    void a_page_that_cannot_be_had_breaks_the_download_off_where_it_is(String path) throws Exception {
        for (String form : List.of("text/csv", "application/x-ndjson")) {
            HttpRequest request = request(path, form).build();
            assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
        awaitCount("broken-off", 2);
        assertThat(count("whole")).isZero();
    }

    @Test
    void a_token_that_is_revoked_reads_no_further_page() {
        HttpRequest request = request("/revoked", "text/csv").build();
        assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString())).isInstanceOf(IOException.class);
        awaitCount("broken-off", 1);
        assertThat(journal.stream().filter(line -> line.startsWith("read"))).hasSize(21);
        assertThat(journal).endsWith("ended 21000");
    }

    @Test
    void a_page_is_tried_again_and_a_list_that_is_partial_from_the_start_says_so_and_goes_on() throws Exception {
        assertThat(numbers(ask("/stumbles", "text/csv").body())).hasSize(PAGES * 1_000);
        HttpResponse<String> partial = ask("/partial", "text/csv");
        assertThat(partial.headers().firstValue("mailtide-partial")).contains("true");
        assertThat(numbers(partial.body())).hasSize(PAGES * 1_000);
    }

    @Test
    void nothing_is_sent_of_what_nobody_holds_or_could_not_be_noted() throws Exception {
        assertThat(ask("/nobody", "text/csv").body()).contains("urn:mailtide:problem:not-here");
        for (String form : List.of("text/csv", "application/json")) {
            HttpResponse<String> answer =
                    http.send(request("/whole", form).header("Noted", "no").build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("urn:mailtide:problem:access-log-away");
        }
    }

    @Test
    void a_fifth_download_is_turned_away_and_counted_and_a_page_is_not() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> four = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            four.add(http.sendAsync(request("/held", "text/csv").build(), BodyHandlers.ofString()));
        }
        await().atMost(SOON).until(() -> meters.scrape().contains("mailtide_processor_downloads_running 4.0"));
        HttpResponse<String> fifth = ask("/whole", "text/csv");
        assertThat(fifth.statusCode()).isEqualTo(503);
        assertThat(fifth.body()).contains("urn:mailtide:problem:too-many-downloads");
        assertThat(fifth.headers().firstValue("retry-after")).contains("2");
        assertThat(ask("/whole?limit=1", "text/csv").statusCode()).isEqualTo(200);
        held.countDown();
        for (CompletableFuture<HttpResponse<String>> one : four) {
            assertThat(one.get().statusCode()).isEqualTo(200);
        }
        awaitCount("whole", 4);
        assertThat(count("turned-away")).isEqualTo(1);
    }

    @Test
    void a_stop_breaks_off_what_is_being_downloaded() {
        CompletableFuture<HttpResponse<String>> one =
                http.sendAsync(request("/held", "text/csv").build(), BodyHandlers.ofString());
        await().atMost(SOON).until(() -> journal.size() == 1);
        answers.close();
        held.countDown();
        assertThatThrownBy(one::get).hasCauseInstanceOf(IOException.class);
        awaitCount("broken-off", 1);
    }

    private void awaitCount(String outcome, int count) {
        await().atMost(SOON).until(() -> count(outcome) == count);
    }

    private double count(String outcome) {
        String line = "mailtide_processor_downloads_total{outcome=\"" + outcome + "\"} ";
        return meters.scrape()
                .lines()
                .filter(text -> text.startsWith(line))
                .mapToDouble(text -> Double.parseDouble(text.substring(line.length())))
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> ask(String path, String form) throws IOException, InterruptedException {
        return http.send(request(path, form).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String form) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .header("Accept", form)
                .timeout(SOON);
    }
}
