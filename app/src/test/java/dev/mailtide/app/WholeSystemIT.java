package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.answers.AnswersOfTheFold;
import dev.mailtide.testkit.answers.Api;
import dev.mailtide.testkit.answers.Compared;
import dev.mailtide.testkit.answers.Sample;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import dev.mailtide.testkit.kafka.RawTopic;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, whole, in processes that are stopped and killed; asked only over HTTP and Kafka. */
class WholeSystemIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void the_documented_sample_is_counted_once_and_survives_a_stop_and_a_kill() throws Exception {
        try (UpProcess up = new UpProcess(folder)) {
            assertThat(up.post(PauboxBodies.documentedSample())).isEqualTo(200);
            assertThat(up.post(PauboxBodies.documentedSampleWithCustomHeaders()))
                    .isEqualTo(200);
            awaitOneHardBounce(up);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(up.data().resolve("up.json"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(up.data())))
                    .isEqualTo("rwx------");
            String token = up.up().get("apiToken").textValue();

            assertThat(up.stop()).isEqualTo(0);
            up.restart();
            assertOneHardBounce(up);
            up.kill();
            up.restart();
            // Not "soon": an instance that says it is ready has restored its state.
            assertOneHardBounce(up);
            assertThat(up.up().get("apiToken").textValue()).isEqualTo(token);

            KafkaAccess kafka = KafkaAccess.at(up.up().get("kafka").textValue());
            assertThat(TopicReader.readAll(kafka, "email.raw.v1"))
                    .extracting(raw -> new String(raw.value(), StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrder(
                            PauboxBodies.documentedSample(), PauboxBodies.documentedSampleWithCustomHeaders());
            assertThat(TopicReader.readAll(kafka, "email.domain.xxxxxxx.com.v1"))
                    .hasSize(1);
            assertThat(up.stop()).isEqualTo(0);
        }
    }

    @Test
    void the_demo_is_equal_to_the_last_number_though_everything_is_killed_half_way() throws Exception {
        try (UpProcess up = new UpProcess(folder)) {
            Process demo = up.launch("demo", "--data", up.data().toString(), "--events", "4000", "--seed", "11");
            await().atMost(SOON).until(() -> postedRaw(up) > 1_000);
            up.kill();
            up.restart();
            assertThat(demo.waitFor(300, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue())
                    .as(Files.readString(folder.resolve("demo.out")))
                    .isEqualTo(0);
            assertGuarantees(up);
            assertEveryAnswer(up);
            assertThat(up.stop()).isEqualTo(0);
        }
    }

    @Test
    void a_taken_port_is_one_line_and_exit_3() throws Exception {
        try (UpProcess up = new UpProcess(folder)) {
            int port = Integer.parseInt(up.up().get("ingestUrl").textValue().replaceAll(".*:", ""));
            Process second =
                    up.launch("up", "--data", folder.resolve("other").toString(), "--ports", Integer.toString(port));
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(3);
            assertThat(Files.readString(folder.resolve("up.err")))
                    .contains("mailtide: cannot start the embedded broker on 127.0.0.1:");
            assertThat(Files.readString(folder.resolve("up.err"))).doesNotContain("\tat ");
        }
    }

    private static void awaitOneHardBounce(UpProcess up) {
        await().atMost(SOON).untilAsserted(() -> assertOneHardBounce(up));
    }

    private static void assertOneHardBounce(UpProcess up) throws IOException, InterruptedException {
        JsonNode messages = up.json("/v1/domains/xxxxxxx.com").path("messages");
        assertThat(messages.path("hardBounced").intValue()).isEqualTo(1);
        assertThat(messages.path("total").intValue()).isEqualTo(1);
    }

    private static int postedRaw(UpProcess up) throws IOException {
        return TopicReader.readAll(KafkaAccess.at(up.up().get("kafka").textValue()), "email.raw.v1")
                .size();
    }

    private static void assertGuarantees(UpProcess up) throws Exception {
        Guarantees.assertHold(
                KafkaAccess.at(up.up().get("kafka").textValue()),
                domain -> (ObjectNode) up.json("/v1/domains/" + domain),
                SOON);
    }

    /** Not only the states: lists, series, events, suppressions, messages and dead letters, too. */
    private static void assertEveryAnswer(UpProcess up) throws IOException {
        List<RawBody> raw =
                RawTopic.inAppendOrder(KafkaAccess.at(up.up().get("kafka").textValue()), "email.raw.v1");
        Expected expected = new ReferenceFold(Duration.ofDays(35)).fold(raw);
        Instant appendedTo = raw.get(raw.size() - 1).appendTime();
        Api api = new Api(
                up.up().get("apiUrl").textValue(), up.up().get("apiToken").textValue());
        api.awaitCounted(appendedTo, expected.domains().firstKey(), SOON);
        AnswersOfTheFold answers = new AnswersOfTheFold(api, new Sample(11, 1, 5), appendedTo);
        answers.check(expected);
        Compared compared = answers.checkLists();
        for (Compared.What each : Compared.What.values()) {
            assertThat(compared.of(each)).as("%s", compared).isPositive();
        }
    }
}
