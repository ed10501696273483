package dev.mailtide.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import io.javalin.config.RoutesConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Both halves of what ingest does, each without the other, in a process of their own. It serves the same HTTP shell with a
 * handler that only reads the body, and for each {@link BareProducer.Question} on its input it measures the bare producer
 * and answers with a {@link Slice}, one line of JSON each. Its first line says that both can be measured. Arguments:
 * where Kafka is, a port, the size of a body, the seed of the bodies. Runs until its input ends.
 */
final class BaselineProcess {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final long BODY_BYTES_MAX = 1_000_000;

    private BaselineProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        KafkaAccess kafka = KafkaAccess.at(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        List<byte[]> bodies = Bodies.of(Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
        Topic<String, byte[]> topic = MeasuredTopics.baseline();
        kafka.createMissing(List.of(topic));
        BareProducer producer = new BareProducer(kafka, topic, bodies, BaselineProcess::cpu);
        try (Meters meters = new Meters();
                HttpShell http = HttpShell.start(
                        new HttpShell.Address("127.0.0.1", port, "--folder"),
                        new Health(),
                        meters,
                        BODY_BYTES_MAX,
                        BaselineProcess::addTo)) {
            System.out.println("ready on " + http.port());
            answer(producer);
        }
    }

    /** The routes that ingest has, so that finding one costs the same. */
    static void addTo(RoutesConfig routes) {
        routes.post("/webhooks/{source}/{secret}", context -> {
            context.bodyAsBytes();
            context.status(200);
        });
        routes.post("/webhooks/{source}", context -> context.status(401));
        routes.get("/webhooks/{source}/{secret}", context -> context.status(200));
        routes.head("/webhooks/{source}/{secret}", context -> context.status(200));
        routes.get("/webhooks/{source}", context -> context.status(200));
        routes.head("/webhooks/{source}", context -> context.status(200));
    }

    private static void answer(BareProducer producer) throws IOException, InterruptedException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            Slice slice = producer.measure(JSON.readValue(line, BareProducer.Question.class));
            System.out.println(JSON.writeValueAsString(slice));
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
