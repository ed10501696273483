package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.BrokerChild;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances of the processor are killed, started again, added and taken away under load, and every answer is true as of the
 * time it names, or is none. A round changes the membership at least four times: {@code -Dmailtide.rebalance.rounds=5} for
 * twenty rebalances; {@code -Dmailtide.rebalance.standbys=0} for instances that keep no copies. Not a part of the build: run by
 * {@code .ci/nightly}.
 */
class RebalanceTrial {

    private static final int ROUNDS = Integer.getInteger("mailtide.rebalance.rounds", 1);
    private static final int STANDBYS = Integer.getInteger("mailtide.rebalance.standbys", 1);
    private static final int PER_SECOND = Integer.getInteger("mailtide.rebalance.rate", 120);
    private static final Duration SOON = Duration.ofSeconds(90);

    private final List<ProcessorChild> instances = new ArrayList<>();
    private final List<Questioner> questioners = new ArrayList<>();
    private int changes;

    @TempDir
    Path folder;

    @Test
    void every_answer_is_true_or_marked_or_none_while_instances_come_and_go() throws Exception {
        try (BrokerChild broker = new BrokerChild(folder.resolve("kafka"), EmbeddedBroker.freePort())) {
            ProcessorChild one = start("one", broker, "stay");
            one.awaitReady();
            try (Truth truth = new Truth(broker.access(), Guarantees.TOPICS, PER_SECOND)) {
                ProcessorChild two = start("two", broker, "stay");
                two.awaitReady();
                awaitFresh(one, two);
                questioners.add(new Questioner(one, truth));
                questioners.add(new Questioner(two, truth));
                for (int round = 0; round < ROUNDS; round++) {
                    killAndStartAgain(round % 2 == 0 ? two : one, questioners.get(round % 2));
                    addAndTakeAway(broker, round);
                    if (ROUNDS > 1) {
                        bounce(round % 2 == 0 ? one : two, questioners.get((round + 1) % 2));
                        hang(round % 2 == 0 ? two : one, round % 2 == 0 ? one : two, questioners.get(round % 2));
                    }
                }
                truth.end();
                say(truth.sent() + " messages");
            }
            for (Questioner questioner : questioners) {
                questioner.end();
            }
            report();
            Guarantees.assertHold(broker.access(), this::stateFromEither, SOON);
        } finally {
            for (Questioner questioner : questioners) {
                questioner.end();
            }
            instances.forEach(ProcessorChild::close);
        }
        assertThat(questioners)
                .allSatisfy(questioner -> assertThat(questioner.lies).isEmpty());
        assertThat(questioners)
                .allSatisfy(
                        questioner -> assertThat(questioner.countOf("fresh")).isGreaterThan(100));
        assertThat(changes).isGreaterThanOrEqualTo(4 * ROUNDS);
    }

    private ProcessorChild start(String instance, BrokerChild broker, String onStop) throws IOException {
        ProcessorChild child = new ProcessorChild(
                folder,
                instance,
                broker.access(),
                List.of("processor.standby-replicas: " + STANDBYS, "processor.on-stop: " + onStop));
        instances.add(child);
        return child;
    }

    /** The others wait for its session of 10 s to end, and take over; then it comes back. */
    private void killAndStartAgain(ProcessorChild killed, Questioner other) throws Exception {
        ProcessorChild survivor = instances.stream()
                .filter(one -> one != killed && one.isAlive())
                .findFirst()
                .orElseThrow();
        long then = System.nanoTime();
        killed.kill();
        changes++;
        // The dead one has to have been missed, or this would look at what was before.
        await().atMost(SOON).until(() -> other.staleMillisSince(then) > 0 || other.notHereMillisSince(then) > 0);
        awaitFresh(survivor);
        say("killed " + killed.instance() + ": the last 503 after " + other.notHereMillisSince(then)
                + " ms, the last stale answer after " + other.staleMillisSince(then) + " ms");
        long started = System.nanoTime();
        killed.startAgain();
        killed.awaitReady();
        changes++;
        awaitFresh(killed, survivor);
        say("started " + killed.instance() + ": everything fresh from both after " + millisSince(started)
                + " ms; at the other, the last 503 after " + other.notHereMillisSince(started)
                + " ms, the last stale answer after " + other.staleMillisSince(started) + " ms");
    }

    private void addAndTakeAway(BrokerChild broker, int round) throws Exception {
        long added = System.nanoTime();
        ProcessorChild third = start("extra-" + round, broker, "leave");
        third.awaitReady();
        changes++;
        awaitFresh(instances.stream().filter(ProcessorChild::isAlive).toArray(ProcessorChild[]::new));
        say("added a third: everything fresh from all after " + millisSince(added) + " ms; " + lastOf(added));
        long stopped = System.nanoTime();
        third.stop();
        changes++;
        awaitFresh(instances.stream().filter(ProcessorChild::isAlive).toArray(ProcessorChild[]::new));
        say("took it away: everything fresh from all after " + millisSince(stopped) + " ms; " + lastOf(stopped));
    }

    /** Killed, and back before its session ends: the others keep its place. */
    private void bounce(ProcessorChild bounced, Questioner other) throws Exception {
        long then = System.nanoTime();
        bounced.kill();
        bounced.startAgain();
        bounced.awaitReady();
        awaitFresh(instances.stream().filter(ProcessorChild::isAlive).toArray(ProcessorChild[]::new));
        say("bounced " + bounced.instance() + ": fresh from all after " + millisSince(then)
                + " ms; at the other, the last 503 after " + other.notHereMillisSince(then)
                + " ms, the last stale answer after " + other.staleMillisSince(then) + " ms");
    }

    /** Hung until the other has taken over and gone on; what it says when it wakes up must be true, too. */
    private void hang(ProcessorChild hung, ProcessorChild survivor, Questioner other) throws Exception {
        long then = System.nanoTime();
        hung.hang();
        changes++;
        await().atMost(SOON).until(() -> other.staleMillisSince(then) > 0 || other.notHereMillisSince(then) > 0);
        awaitFresh(survivor);
        say("hung " + hung.instance() + ": the last 503 after " + other.notHereMillisSince(then)
                + " ms, the last stale answer after " + other.staleMillisSince(then) + " ms");
        long woken = System.nanoTime();
        hung.goOn();
        changes++;
        awaitFresh(survivor, hung);
        say("woke it up: everything fresh from both after " + millisSince(woken) + " ms; " + lastOf(woken));
    }

    private String lastOf(long then) {
        long notHere = questioners.stream()
                .mapToLong(one -> one.notHereMillisSince(then))
                .max()
                .orElse(0);
        long stale = questioners.stream()
                .mapToLong(one -> one.staleMillisSince(then))
                .max()
                .orElse(0);
        return "the last 503 after " + notHere + " ms, the last stale answer after " + stale + " ms";
    }

    private static void awaitFresh(ProcessorChild... all) {
        for (ProcessorChild one : all) {
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(() -> isFresh(one));
        }
    }

    private static boolean isFresh(ProcessorChild one) throws IOException, InterruptedException {
        for (int domain = 0; domain < Truth.DOMAINS; domain++) {
            HttpResponse<String> answer = one.ask("/v1/domains/" + Truth.name(domain));
            if (answer.statusCode() != 200 || Truth.json(answer.body()).has("stale")) {
                return false;
            }
        }
        HttpResponse<String> list = one.ask("/v1/domains?limit=100");
        return list.statusCode() == 200 && !Truth.json(list.body()).has("partial");
    }

    private ObjectNode stateFromEither(String domain) throws IOException, InterruptedException {
        ProcessorChild asked = instances.get(Math.floorMod(domain.hashCode(), 2));
        return (ObjectNode) Truth.json(asked.ask("/v1/domains/" + domain).body());
    }

    private void report() throws IOException {
        long seen = 0;
        for (ProcessorChild instance : instances) {
            seen += instance.rebalances();
        }
        say(changes + " changes of the membership; instances went through " + seen + " rebalances in all");
        for (Questioner questioner : questioners) {
            say("answers " + questioner.answers + "; " + questioner.backSteps() + "; not true: " + questioner.lies);
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static void say(String what) {
        System.out.println(Instant.now() + " " + what);
    }
}
