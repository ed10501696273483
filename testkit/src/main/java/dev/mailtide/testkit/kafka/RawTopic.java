package dev.mailtide.testkit.kafka;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a raw topic for the fold. */
public final class RawTopic {

    private RawTopic() {}

    /** All that stands in it now, in the order of append times. */
    public static List<RawBody> inAppendOrder(KafkaAccess kafka, String topic) {
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>(TopicReader.readAll(kafka, topic));
        all.sort(Comparator.<ConsumerRecord<String, byte[]>>comparingLong(ConsumerRecord::timestamp)
                .thenComparing(ConsumerRecord::partition)
                .thenComparing(ConsumerRecord::offset));
        return all.stream().map(RawTopic::body).toList();
    }

    private static RawBody body(ConsumerRecord<String, byte[]> raw) {
        return new RawBody(
                raw.key(),
                Body.of(raw.value()),
                RawHeaders.text(raw.headers(), RawHeaders.SOURCE).orElseThrow(),
                RawHeaders.text(raw.headers(), RawHeaders.PROVIDER).orElseThrow(),
                RawHeaders.receivedAt(raw.headers()),
                Instant.ofEpochMilli(raw.timestamp()));
    }
}
