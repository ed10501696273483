package dev.mailtide.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One who posts to ingest from outside, and remembers what was answered: the list that the raw topic is compared with. Safe
 * for use by several threads.
 */
public final class Sender {

    private static final Duration HEALED_MAX = Duration.ofSeconds(60);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int BODY_BYTES_MAX = 2_000;
    private static final int NAME_CHARS_MAX = 10;

    private final String path;
    private volatile String address;
    private volatile HttpClient http = newClient();
    private final AtomicInteger bodies = new AtomicInteger();
    private final Set<String> posted = ConcurrentHashMap.newKeySet();
    private final Set<String> answered200 = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();

    /** @param path of the webhook, with its secret */
    public Sender(int port, String path) {
        this.path = path;
        this.address = "http://127.0.0.1:" + port;
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** From now on posts go over new connections. */
    public void connectAnew() {
        http = newClient();
    }

    /** From now on posts go to an ingest at this port. */
    public void moveTo(int port) {
        address = "http://127.0.0.1:" + port;
    }

    /** Posts a body that no other is like, with bytes of every value; 0 if no answer came. */
    public int post() throws InterruptedException {
        byte[] bytes = new byte[ThreadLocalRandom.current().nextInt(BODY_BYTES_MAX)];
        ThreadLocalRandom.current().nextBytes(bytes);
        return post(bodies.incrementAndGet() + ":" + text(bytes));
    }

    /** Posts this body, with these headers: name, value, name, value; 0 if no answer came. */
    public int post(byte[] body, String... headers) throws InterruptedException {
        return post(text(body), headers);
    }

    private int post(String body, String... headers) throws InterruptedException {
        posted.add(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1));
        if (headers.length > 0) {
            request.headers(headers);
        }
        long begun = System.nanoTime();
        try {
            int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            slowestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
            statuses.merge(status, 1, Integer::sum);
            if (status == 200) {
                answered200.add(body);
            }
            return status;
        } catch (IOException e) {
            // Kept or not: nobody has said.
            unanswered.incrementAndGet();
            return 0;
        }
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** Answers by status so far. */
    public Map<Integer, Integer> statuses() {
        return new TreeMap<>(statuses);
    }

    /** Answers of 200 so far. */
    public int answered200() {
        return statuses.getOrDefault(200, 0);
    }

    /** Posts that had no answer, so that nobody knows whether they were kept. */
    public int unanswered() {
        return unanswered.get();
    }

    /** The longest time an answer took. */
    public Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /** The status of another path, such as {@code /readyz}; 0 if no answer came. */
    public int statusOf(String other) throws InterruptedException {
        try {
            return get(other).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** A metric of ingest, summed over all labels that are not named. */
    public long metric(String name) throws IOException, InterruptedException {
        List<String> lines = get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .toList();
        assertThat(lines).as(name).isNotEmpty();
        return (long) lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private HttpResponse<String> get(String other) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + other))
                .timeout(ANSWER_MAX)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns once fresh bodies go straight to Kafka and none is left in the spool: without anybody having done anything. */
    public void awaitHealed() throws IOException, InterruptedException {
        awaitStored("kafka", 1);
        awaitDrained();
    }

    /** Posts, and is answered 200 each time, until so many more bodies have gone this way: {@code kafka} or {@code spool}. */
    public void awaitStored(String way, int more) throws IOException, InterruptedException {
        long before = stored(way);
        await().atMost(HEALED_MAX).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(post()).isEqualTo(200);
            return stored(way) >= before + more;
        });
    }

    /** How many bodies ingest has answered 200, by the way they went: {@code kafka} or {@code spool}. */
    public long stored(String way) throws IOException, InterruptedException {
        return metric("mailtide_ingest_stored_total{way=\"" + way + "\"}");
    }

    /** Returns once nothing is left in the spool. */
    public void awaitDrained() {
        await().atMost(HEALED_MAX).until(() -> inSpool() == 0);
    }

    /** Bodies that wait in the spool, and those whose first send is not decided. */
    public long inSpool() throws IOException, InterruptedException {
        return metric("mailtide_spool_waiting_frames") + metric("mailtide_spool_in_doubt_frames");
    }

    /** Every body that was answered 200 stands in the raw topic byte for byte, and nothing that was never posted. */
    public Kept assertAllKept(KafkaAccess kafka, String rawTopic) {
        List<String> raw = TopicReader.readAll(kafka, rawTopic).stream()
                .map(record -> text(record.value()))
                .toList();
        Set<String> distinct = new HashSet<>(raw);
        assertThat(missing(answered200, distinct))
                .as("answered 200 and not in the raw topic")
                .isEmpty();
        assertThat(missing(distinct, posted))
                .as("in the raw topic and never posted")
                .isEmpty();
        Kept kept = new Kept(answered200.size(), raw.size(), distinct.size());
        System.out.println(kept + ", answers " + statuses() + ", none " + unanswered + ", slowest "
                + slowest().toMillis() + " ms");
        return kept;
    }

    /** By what they begin with: the rest is not for the eye. */
    private static List<String> missing(Set<String> wanted, Set<String> found) {
        return wanted.stream()
                .filter(body -> !found.contains(body))
                .map(body -> body.substring(0, Math.min(body.indexOf(':') + 1, NAME_CHARS_MAX)))
                .sorted()
                .toList();
    }

    /** What was found: bodies answered 200, records in the raw topic, different ones among them. */
    public record Kept(int answered200, int records, int distinct) {}
}
