package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.HaltingIngest.Step;
import dev.mailtide.testkit.fault.JavaCommand;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * G1 through kills: ingest in a process of its own ends without a word at a step of the way of a body, again and again on
 * one spool folder. {@code -Dmailtide.kill.rounds=200 -Dmailtide.kill.seed=…} for more than the few rounds of each build.
 */
@OnKafka
class KilledIngestTest {

    private static final int ROUNDS = Integer.getInteger("mailtide.kill.rounds", 4);
    private static final long SEED = Long.getLong("mailtide.kill.seed", 20_261_121);
    private static final int POSTS_PER_ROUND = 200;

    /** More than it takes to come to any step. */
    private static final int POSTS_MAX = 5_000;

    private static final int AT_ONCE = 16;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Step[] STEPS = Step.values();

    @TempDir
    Path folder;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private final Random random = new Random(SEED);
    private final Set<String> posted = ConcurrentHashMap.newKeySet();
    private final Set<String> answered200 = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void every_body_answered_200_stands_in_the_raw_topic_wherever_ingest_was_killed() throws Exception {
        Map<Step, Integer> ends = new EnumMap<>(Step.class);
        for (int round = 0; round < ROUNDS; round++) {
            Step step = STEPS[round % STEPS.length];
            // Always through the spool, always with the risk of both ways, or, where it need not be the spool, as in
            // operation.
            int ackWaitMillis = List.of(0, 1, 250).get(random.nextInt(step.isOfTheSpool() ? 2 : 3));
            Process ingest = start(step, ackWaitMillis, 1 + random.nextInt(step.timesMax()));
            postUntilItEnds(ingest, round, step == Step.NOWHERE ? POSTS_PER_ROUND : POSTS_MAX);
            if (step != Step.NOWHERE && ingest.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(ingest.exitValue()).as("ended at %s", step).isEqualTo(137);
                ends.merge(step, 1, Integer::sum);
            }
            ingest.destroyForcibly().waitFor();
        }
        Process last = start(Step.NOWHERE, 250, 1);
        await().atMost(SOON).until(() -> isDrained(portOf(last)));
        last.destroy();
        assertThat(last.waitFor(30, TimeUnit.SECONDS)).isTrue();

        List<String> raw = TopicReader.readAll(TestKafka.access(), topics.raw().name()).stream()
                .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                .toList();
        Set<String> kept = new HashSet<>(raw);
        Set<String> lost = new HashSet<>(answered200);
        lost.removeAll(kept);
        System.out.println("killed: " + ends + "; posted " + posted.size() + ", answered 200 " + answered200.size()
                + ", in the raw topic " + raw.size() + ", distinct " + kept.size() + ", seed " + SEED);
        assertThat(lost).as("answered 200 and lost; seed %d", SEED).isEmpty();
        assertThat(posted).as("nothing is invented; seed %d", SEED).containsAll(kept);
        if (ROUNDS >= STEPS.length) {
            Set<Step> all = EnumSet.complementOf(EnumSet.of(Step.NOWHERE));
            assertThat(ends.keySet()).as("ended at each step; seed %d", SEED).containsExactlyInAnyOrderElementsOf(all);
            assertThat(raw).as("something was sent twice; seed %d", SEED).hasSizeGreaterThan(kept.size());
        }
        assertThat(ends).as("the kills happened; seed %d", SEED).isNotEmpty();
        assertThat(answered200).as("there was traffic").hasSizeGreaterThan(ROUNDS * 10);
    }

    private final Map<Process, Integer> ports = new ConcurrentHashMap<>();

    private int portOf(Process ingest) {
        return ports.getOrDefault(ingest, 0);
    }

    private Process start(Step step, int ackWaitMillis, int times) throws IOException {
        Process ingest = new ProcessBuilder(
                        JavaCommand.small("-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
                                .main(
                                        HaltingIngest.class,
                                        TestKafka.access().bootstrapServers(),
                                        topics.raw().name().replace("raw.v1", ""),
                                        folder.resolve("spool").toString(),
                                        Integer.toString(ackWaitMillis),
                                        step.name(),
                                        Integer.toString(times)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(ingest.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        // It may end before it listens: what was in the spool comes to the step, too.
        if (line != null) {
            ports.put(ingest, Integer.parseInt(line.substring("port ".length())));
        }
        return ingest;
    }

    private void postUntilItEnds(Process ingest, int round, int postsMax) throws InterruptedException {
        if (portOf(ingest) == 0) {
            return;
        }
        Semaphore room = new Semaphore(AT_ONCE);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int number = 0; number < postsMax && ingest.isAlive(); number++) {
            room.acquire();
            String body = body(round, number);
            posted.add(body);
            all.add(post(ingest, body)
                    .whenComplete((status, gone) -> {
                        if (status != null && status == 200) {
                            answered200.add(body);
                        }
                        room.release();
                    })
                    .handle((status, gone) -> null));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private CompletableFuture<Integer> post(Process ingest, String body) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + portOf(ingest) + "/webhooks/main/"
                                        + HaltingIngest.SECRET))
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    /** Bytes of every value, and a name of its own. */
    private String body(int round, int number) {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return round + "-" + number + ":" + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private boolean isDrained(int port) throws IOException, InterruptedException {
        String metrics = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.contains("\nmailtide_spool_waiting_frames 0.0")
                && metrics.contains("\nmailtide_spool_in_doubt_frames 0.0");
    }
}
