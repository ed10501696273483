package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A broker, an ingest and a processor of a running cluster are killed in turn under load. Not a part of the build: run by
 * {@code containers/cluster-trial.sh}, which starts the cluster and says where it is.
 */
class ClusterTrial {

    private static final int POSTS_PER_SECOND = Integer.getInteger("mailtide.trial.rate", 200);
    private static final int SECONDS = Integer.getInteger("mailtide.trial.seconds", 60);
    private static final int DOMAINS = 20;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration SETTLED_MAX = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final Set<String> stored = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentSkipListMap<>();
    private final AtomicLong slowestMillis = new AtomicLong();

    @Test
    void nothing_answered_200_is_lost_and_the_state_equals_the_fold_though_each_kind_is_killed_once() throws Exception {
        List<CompletableFuture<Void>> answers = postUnderKills();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
        System.out.println("answers: " + outcomes + ", slowest " + slowestMillis + " ms");
        assertThat(stored).as("bodies answered 200").hasSizeGreaterThan(POSTS_PER_SECOND * SECONDS / 2);

        KafkaAccess kafka = KafkaAccess.at(property("kafka"));
        Instant posted = Instant.now();
        Set<String> raw = new HashSet<>();
        // What was answered 200 may be in the spool of one of the two, the killed one included, until it is drained.
        await().atMost(SETTLED_MAX).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
            TopicReader.readAll(kafka, Guarantees.TOPICS.raw().name())
                    .forEach(record -> raw.add(new String(record.value(), StandardCharsets.UTF_8)));
            assertThat(stored.stream().filter(body -> !raw.contains(body)).count())
                    .as("answered 200 and not in the raw topic")
                    .isZero();
        });
        Guarantees.assertHold(kafka, this::stateFromWhoHasIt, SETTLED_MAX);
        System.out.println(
                "equal to the fold " + Duration.between(posted, Instant.now()).toMillis()
                        + " ms after the last answer; " + raw.size() + " distinct bodies");
    }

    /** Posts at a steady pace whatever is answered, each body once, as Paubox does. */
    private List<CompletableFuture<Void>> postUnderKills() throws Exception {
        List<Fault> faults = faults();
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        List<String> webhooks = webhooks();
        long begun = System.nanoTime();
        for (int number = 0; number < POSTS_PER_SECOND * SECONDS; number++) {
            long due = begun + TimeUnit.SECONDS.toNanos(number) / POSTS_PER_SECOND;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            for (Fault fault : faults) {
                fault.carryOutIfDue(Duration.ofNanos(System.nanoTime() - begun));
            }
            answers.add(post(webhooks.get(number % webhooks.size()), body(number)));
        }
        return answers;
    }

    private CompletableFuture<Void> post(String webhook, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook))
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long begun = System.nanoTime();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding()).handle((answer, failure) -> {
            note(body, answer == null ? "none" : Integer.toString(answer.statusCode()), System.nanoTime() - begun);
            return null;
        });
    }

    private void note(String body, String outcome, long nanos) {
        outcomes.computeIfAbsent(outcome, first -> new AtomicInteger()).incrementAndGet();
        if (outcome.equals("200")) {
            stored.add(body);
            slowestMillis.accumulateAndGet(TimeUnit.NANOSECONDS.toMillis(nanos), Math::max);
        }
    }

    /** Three events of each message, far enough apart that different instances and brokers see them; some twice. */
    private static String body(int number) {
        int distinct = number % 33 == 32 ? number - 20 : number;
        int message = distinct % 1_000 + distinct / 3_000 * 1_000;
        String id = "m-" + message;
        String from = "care@clinic-" + message % DOMAINS + ".example";
        String time =
                Instant.parse("2026-04-18T20:00:00Z").plusSeconds(distinct).toString();
        return switch (distinct / 1_000 % 3) {
            case 0 -> PauboxBodies.softBounced(id, from, "pat@gmail.com", time);
            case 1 -> PauboxBodies.delivered(id, from, "pat@gmail.com", time);
            default -> PauboxBodies.opened(id, from, "pat@gmail.com", time);
        };
    }

    /** Each instance answers for what it holds, so all are asked; one that is not up yet has no answer. */
    private ObjectNode stateFromWhoHasIt(String domain) throws IOException, InterruptedException {
        ObjectNode nobody = JSON.createObjectNode();
        String token = secret("api-token");
        for (String api : property("apis").split(",", -1)) {
            HttpRequest question = HttpRequest.newBuilder(URI.create(api + "/v1/domains/" + domain))
                    .timeout(ANSWER_MAX)
                    .header("Authorization", "Bearer " + token)
                    .build();
            try {
                HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return (ObjectNode) JSON.readTree(answer.body());
                }
                nobody.put(api, answer.statusCode());
            } catch (IOException e) {
                nobody.put(api, e.getClass().getSimpleName());
            }
        }
        return nobody;
    }

    private static List<String> webhooks() throws IOException {
        List<String> webhooks = new ArrayList<>();
        for (String ingest : property("ingests").split(",", -1)) {
            webhooks.add(ingest + "/webhooks/paubox-main/" + secret("webhook-secret"));
        }
        return webhooks;
    }

    /** Kills in the order given, each in a third of its own, and starts what was killed again before the next. */
    private static List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        String[] containers = property("kills").split(",", -1);
        for (int i = 0; i < containers.length; i++) {
            double third = (double) SECONDS / containers.length;
            faults.add(new Fault("kill", containers[i], Duration.ofMillis((long) (1_000 * third * (i + 0.2)))));
            faults.add(new Fault("start", containers[i], Duration.ofMillis((long) (1_000 * third * (i + 0.6)))));
        }
        return faults;
    }

    /** One command to the container engine, at a moment after the beginning; posting does not wait for it. */
    private static final class Fault {

        private final String command;
        private final String container;
        private final Duration due;
        private boolean done;

        Fault(String command, String container, Duration due) {
            this.command = command;
            this.container = container;
            this.due = due;
        }

        void carryOutIfDue(Duration now) throws IOException {
            if (!done && now.compareTo(due) >= 0) {
                done = true;
                System.out.println(now.toMillis() + " ms: " + command + " " + container);
                new ProcessBuilder("docker", command, container)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            }
        }
    }

    private static String secret(String name) throws IOException {
        return Files.readString(Path.of(property("secrets"), name)).strip();
    }

    private static String property(String name) {
        String value = System.getProperty("mailtide.trial." + name);
        assertThat(value)
                .as("mailtide.trial.%s; use containers/cluster-trial.sh", name)
                .isNotNull();
        return value;
    }
}
