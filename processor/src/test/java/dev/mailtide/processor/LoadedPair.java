package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.run.Folders;
import dev.mailtide.testkit.answers.ReferenceLists;
import dev.mailtide.testkit.answers.ReferenceLists.One;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Two instances with random histories in their read models, what these must say, and questions to them. */
final class LoadedPair implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(90);
    static final IdentityKey IDENTITY = new IdentityKey(new byte[IdentityKey.BYTES]);

    private static final ObjectMapper JSON = new ObjectMapper();

    final TwoInstances both;
    final ReferenceLists reference;
    final List<String> domains;
    private final Path folder;
    private ProcessorService first;
    private ProcessorService second;

    LoadedPair(Path folder, long seed, int bodies) throws Exception {
        this.folder = folder;
        both = new TwoInstances(folder);
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        both.awaitReady(second);
        try (RawLoad load = new RawLoad(both.kafka(), both.topics().raw().name(), seed)) {
            load.post(bodies);
            Expected expected = new ReferenceFold(Duration.ofDays(35)).fold(load.inAppendOrder());
            reference = new ReferenceLists(expected);
            domains = List.copyOf(expected.domains().keySet());
        }
        assertThat(domains).hasSizeGreaterThan(3);
        awaitEverythingRead(first);
        awaitEverythingRead(second);
    }

    ProcessorService first() {
        return first;
    }

    ProcessorService second() {
        return second;
    }

    /** Stops both, deletes this in the folder of each, and starts them again. */
    void restartWithout(String gone) throws Exception {
        first.close();
        second.close();
        Folders.delete(folder.resolve("data-1").resolve(gone));
        Folders.delete(folder.resolve("data-2").resolve(gone));
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        awaitEverythingRead(second);
        awaitEverythingRead(first);
    }

    /** As of now, whole, and all of it there. */
    void awaitEverythingRead(ProcessorService one) {
        Instant posted = Instant.now();
        await().atMost(SOON).ignoreExceptions().until(() -> {
            JsonNode answer = JSON.readTree(
                    both.ask(one, "/v1/events?domain=" + domains.get(0)).body());
            return !answer.has("partial")
                    && !answer.has("stale")
                    && Instant.parse(answer.get("asOf").asText()).isAfter(posted);
        });
    }

    List<One> search(ProcessorService one, String body) throws Exception {
        HttpResponse<String> answer = both.post(one, "/v1/events/search", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return events(JSON.readTree(answer.body()));
    }

    private static List<One> events(JsonNode page) {
        List<One> events = new ArrayList<>();
        page.get("events").forEach(event -> events.add(One.of(event)));
        return events;
    }

    /** An answer that is whole. A partition that is given to another instance is with nobody for a moment, which is said. */
    HttpResponse<String> whole(ProcessorService one, String path) {
        return await().atMost(SOON)
                .until(
                        () -> both.ask(one, path),
                        answer -> answer.statusCode() == 200
                                && !answer.body().contains("\"partial\":true")
                                && !answer.headers().map().containsKey("mailtide-partial"));
    }

    /** Of a list that is asked for page by page. */
    List<One> pages(ProcessorService one, String path) throws Exception {
        List<One> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = JSON.readTree(whole(one, path + cursor).body());
            all.addAll(events(page));
            cursor = cursor(page);
        } while (!cursor.isEmpty());
        return all;
    }

    /** Reasons by recipient key, of a list that is asked for page by page. */
    SortedMap<String, List<String>> suppressions(ProcessorService one, String domain, int limit) throws Exception {
        SortedMap<String, List<String>> all = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = JSON.readTree(whole(one, "/v1/suppressions?domain=" + domain + "&limit=" + limit + cursor)
                    .body());
            page.get("suppressions")
                    .forEach(row -> all.put(row.get("recipientKey").asText(), texts(row.get("reasons"))));
            cursor = cursor(page);
        } while (!cursor.isEmpty());
        return all;
    }

    private static String cursor(JsonNode page) {
        return page.get("nextCursor").isNull()
                ? ""
                : "&cursor=" + URLEncoder.encode(page.get("nextCursor").textValue(), StandardCharsets.UTF_8);
    }

    /** The lines of a whole list in another form than JSON. */
    List<String> download(ProcessorService one, String path, String type) throws Exception {
        HttpResponse<String> answer = both.ask(one, path, "Accept", type);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("mailtide-as-of")).isPresent();
        assertThat(answer.headers().firstValue("mailtide-partial")).isEmpty();
        assertThat(answer.headers().firstValue("mailtide-next-cursor")).isEmpty();
        return answer.body().lines().toList();
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    static String withoutAsOf(HttpResponse<String> answer) {
        return answer.body().replaceFirst("\"asOf\":\"[^\"]*\"", "");
    }

    @Override
    public void close() {
        both.close();
    }
}
