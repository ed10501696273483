package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.access.Source;
import dev.mailtide.ingest.spool.SpoolSettings;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances behind a proxy are replaced one after the other while senders post without pause: the stop of {@link
 * IngestService} from the outside, as its senders see it.
 */
@OnKafka
class RollingRestartTest {

    private static final String SECRET = "canary-secret-0123456789";
    private static final int SENDERS = 6;
    private static final int ROUNDS = 2;
    private static final int BODY_BYTES_MAX = 1_000_000;

    /** Posts that a new instance has kept when it takes part; more than can be under way from the one before. */
    private static final int TAKES_PART = 10 * SENDERS;

    /** Ten looks of the proxy. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path spools;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private final List<IngestService> running = new ArrayList<>();
    private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Set<String> posted = ConcurrentHashMap.newKeySet();
    private final Queue<String> notKept = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        enough.set(true);
        senders.shutdownNow();
        running.parallelStream().forEach(IngestService::close);
    }

    @Test
    void every_post_during_a_rolling_restart_is_answered_200_and_stands_in_the_raw_topic() throws Exception {
        List<Integer> ports = List.of(EmbeddedBroker.freePort(), EmbeddedBroker.freePort());
        ports.forEach(port -> running.add(start(port)));
        try (LoadBalancer proxy = LoadBalancer.before(ports)) {
            await().atMost(SOON).until(proxy::allReady);
            List<Future<?>> sending = send(proxy.port());
            for (int round = 0; round < ROUNDS; round++) {
                for (int instance = 0; instance < ports.size(); instance++) {
                    restart(instance, ports.get(instance), proxy);
                }
            }
            enough.set(true);
            for (Future<?> sender : sending) {
                sender.get();
            }
        }
        assertThat(notKept).as("of %d posts", posted.size()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(namesOfThoseNotIn(raw(), posted)).as("lost").isEmpty());
        assertThat(namesOfThoseNotIn(posted, raw())).as("invented").isEmpty();
    }

    private void restart(int instance, int port, LoadBalancer proxy) {
        running.get(instance).close();
        int before = proxy.keptBy(port);
        running.set(instance, start(port));
        await().atMost(SOON).until(() -> proxy.keptBy(port) >= before + TAKES_PART);
    }

    private IngestService start(int port) {
        HttpShell.Listener listener = new HttpShell.Listener(
                new HttpShell.Address("127.0.0.1", port, "ingest.port"),
                HttpLimits.DEFAULT,
                Optional.empty(),
                BODY_BYTES_MAX);
        Ways ways = new Ways(
                new QueueLimits(1_000, 10_000_000),
                Duration.ofMillis(250),
                SOON,
                SpoolSettings.at(spools.resolve("spool-" + port)));
        IngestSettings settings =
                new IngestSettings(listener, BodyLimits.DEFAULT, ways, GRACE, access(), "ingest-" + port);
        return new IngestService(
                settings, RollingRestartTest::access, TestKafka.access(), topics, InstantSource.system());
    }

    private static AccessSettings access() {
        return AccessSettings.of(List.of(Source.of("main", Provider.PAUBOX, new Secret(SECRET), BODY_BYTES_MAX)));
    }

    private List<Future<?>> send(int port) {
        URI url = URI.create("http://127.0.0.1:" + port + "/webhooks/main/" + SECRET);
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            sending.add(senders.submit(() -> {
                Random random = new Random(sender);
                for (int number = 0; !enough.get(); number++) {
                    post(http, url, body(sender + "-" + number, random));
                }
                return null;
            }));
        }
        return sending;
    }

    private void post(HttpClient http, URI url, String body) throws InterruptedException {
        posted.add(body);
        HttpRequest request = HttpRequest.newBuilder(url)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                notKept.add("status " + status);
            }
        } catch (IOException e) {
            notKept.add(e.toString());
        }
    }

    /** Bytes of every value, and a name of its own. */
    private static String body(String name, Random random) {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return name + ":" + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The names are enough for a message; the comparison is of all bytes. */
    private static List<String> namesOfThoseNotIn(Set<String> known, Set<String> bodies) {
        return bodies.stream()
                .filter(body -> !known.contains(body))
                .map(body -> body.substring(0, body.indexOf(':')))
                .toList();
    }

    private Set<String> raw() {
        return TopicReader.readAll(TestKafka.access(), topics.raw().name()).stream()
                .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.toSet());
    }
}
