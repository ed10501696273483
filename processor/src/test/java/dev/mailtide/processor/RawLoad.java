package dev.mailtide.processor;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.testkit.fixture.RandomHistories;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.kafka.RawTopic;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts bodies, made ones or those of {@link RandomHistories}, into a raw topic, and reads back what the fold needs. */
final class RawLoad implements AutoCloseable {

    private final KafkaAccess kafka;
    private final String topic;
    private final KafkaProducer<String, byte[]> producer;
    private long seed;
    private int posted;

    RawLoad(KafkaAccess kafka, String topic, long seed) {
        this.kafka = kafka;
        this.topic = topic;
        this.seed = seed;
        this.producer = new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    /** At least so many more; returns when all are on Kafka. */
    void post(int bodiesMin) {
        int until = posted + bodiesMin;
        while (posted < until) {
            List<RawBody> history = new RandomHistories(seed++).next();
            history.forEach(body -> send(body, "paubox-main"));
            posted += history.size();
        }
        producer.flush();
    }

    /** These, each as from its own source; returns when all are on Kafka. */
    void post(List<RawBody> bodies) {
        bodies.forEach(body -> send(body, body.source()));
        posted += bodies.size();
        producer.flush();
    }

    int posted() {
        return posted;
    }

    private void send(RawBody body, String source) {
        ProducerRecord<String, byte[]> raw =
                new ProducerRecord<>(topic, body.receiptId(), body.body().bytes());
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, source);
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, body.provider());
        RawHeaders.add(
                raw.headers(),
                RawHeaders.RECEIVED_AT,
                Long.toString(body.receivedAt().toEpochMilli()));
        var unused = producer.send(raw);
    }

    /** All that stands in the topic, in the order of append times. */
    List<RawBody> inAppendOrder() {
        return RawTopic.inAppendOrder(kafka, topic);
    }

    @Override
    public void close() {
        producer.close();
    }
}
