package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fault.BrokerChild;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand domains that nobody has heard of, all within a minute, with room for five hundred own topics, over two whole
 * processors that have been at work for a while: what the aggregates know stays young meanwhile. That the cap holds and
 * nothing is lost over a raised cap and a move is {@code ManyDomainsTest}'s. Not a part of the build: run by {@code .ci/nightly}.
 */
class NewDomainsTrial {

    private static final int DOMAINS = Integer.getInteger("mailtide.new.domains", 10_000);
    private static final int CAP = DOMAINS / 20;

    /** How long as many events come in before, of a domain that is known: a process that has just started compiles itself. */
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("mailtide.new.domains.warm-up", 120));

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String KNOWN = "known.example";

    private final List<Long> agesMillis = Collections.synchronizedList(new ArrayList<>());

    private long receipts;

    @TempDir
    Path folder;

    @Test
    void the_aggregates_stay_young_while_ten_thousand_domains_come_within_a_minute() throws Exception {
        try (BrokerChild broker = new BrokerChild(folder.resolve("kafka"), EmbeddedBroker.freePort());
                ProcessorChild one = start("one", broker.access());
                ProcessorChild two = start("two", broker.access())) {
            one.awaitReady();
            two.awaitReady();
            long warmUps = DOMAINS * WARM_UP.toSeconds() / WITHIN.toSeconds();
            List<One> known = Stream.iterate(0, number -> number + 1)
                    .limit(1 + warmUps)
                    .map(number -> new One(KNOWN, "m-" + number))
                    .toList();
            send(broker.access(), known, WARM_UP.plusSeconds(1));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> isKnown(one) && isKnown(two));

            ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
            var unused = watch.scheduleAtFixedRate(() -> look(one, two), 0, 200, TimeUnit.MILLISECONDS);
            send(broker.access(), newDomains(), WITHIN);
            watch.shutdown();
            assertThat(watch.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            say(report());
            // What the goal is, the figures tell, and who reads them; but nobody may have been told that anything is
            // stale.
            assertThat(agesMillis)
                    .hasSizeGreaterThan(500)
                    .allMatch(age -> age < Duration.ofSeconds(10).toMillis());

            await().atMost(PATIENCE).ignoreExceptions().until(() -> routes(one).size() == DOMAINS + 1);
            List<String> routes = routes(one);
            say("routes: " + Collections.frequency(routes, "own") + " own, " + Collections.frequency(routes, "overflow")
                    + " overflow");
            assertThat(Collections.frequency(routes, "own")).isEqualTo(CAP);
            Guarantees.assertHold(
                    broker.access(),
                    domain -> (ObjectNode)
                            Truth.json(one.ask("/v1/domains/" + domain).body()),
                    PATIENCE);
        }
    }

    private ProcessorChild start(String instance, KafkaAccess kafka) throws IOException {
        return new ProcessorChild(folder, instance, kafka, List.of("fan-out.own-topics-max: " + CAP));
    }

    /** A message of a domain. */
    private record One(String domain, String message) {}

    private static List<One> newDomains() {
        List<One> domains = new ArrayList<>();
        for (int domain = 0; domain < DOMAINS; domain++) {
            domains.add(new One("new-" + domain + ".example", "m-1"));
        }
        return domains;
    }

    /** One event of each message, evenly. */
    private void send(KafkaAccess kafka, List<One> messages, Duration within) throws InterruptedException {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            String raw = Guarantees.TOPICS.raw().name();
            long begin = System.nanoTime();
            for (int number = 0; number < messages.size(); number++) {
                One one = messages.get(number);
                long receipt = receipts++;
                long due = begin + within.toNanos() / messages.size() * number;
                var unused = thread.schedule(
                        () -> {
                            var unusedSent = producer.send(Truth.record(raw, receipt, one.message(), one.domain()));
                        },
                        due - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
            }
            thread.shutdown();
            assertThat(thread.awaitTermination(2 * within.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            thread.shutdownNow();
        }
    }

    private void look(ProcessorChild... all) {
        for (ProcessorChild one : all) {
            try {
                HttpResponse<String> answer = one.ask("/v1/domains/" + KNOWN);
                Instant asOf = answer.statusCode() == 200
                        ? Instant.parse(Truth.json(answer.body()).get("asOf").textValue())
                        : Instant.EPOCH;
                agesMillis.add(Duration.between(asOf, Instant.now()).toMillis());
            } catch (IOException e) {
                agesMillis.add(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String report() {
        List<Long> ages = new ArrayList<>(agesMillis);
        Collections.sort(ages);
        return DOMAINS + " new domains within " + WITHIN.toSeconds() + " s; age of asOf in " + ages.size()
                + " answers of two instances, ms: p50 " + at(ages, 50) + ", p99 " + at(ages, 99) + ", most "
                + at(ages, 100);
    }

    private static long at(List<Long> sorted, int percent) {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static boolean isKnown(ProcessorChild one) throws IOException, InterruptedException {
        return one.ask("/v1/domains/" + KNOWN).statusCode() == 200;
    }

    /** The routes of all domains. */
    private static List<String> routes(ProcessorChild one) throws IOException, InterruptedException {
        List<String> kinds = new ArrayList<>();
        String cursor = "";
        do {
            var page = Truth.json(one.ask("/v1/topics?limit=1000" + cursor).body());
            page.get("topics")
                    .forEach(topic -> kinds.add(
                            topic.has("creating")
                                    ? "creating"
                                    : topic.get("route").textValue()));
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("nextCursor").textValue();
        } while (!cursor.isEmpty());
        return kinds.contains("creating") ? List.of() : kinds;
    }

    private static void say(String what) {
        System.out.println(Instant.now() + " " + what);
    }
}
