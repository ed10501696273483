package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The topics that are written to, and how much is in them. */
final class MeasuredTopics {

    private static final long PATIENCE_SECONDS = 30;

    private MeasuredTopics() {}

    /** What ingest writes. */
    static Topic<String, byte[]> raw() {
        return new Topics("email.", TopicSizes.DEFAULT).raw();
    }

    /** What the bare producer writes: a topic of the same shape. */
    static Topic<String, byte[]> baseline() {
        Topic<String, byte[]> raw = raw();
        return new Topic<>("bench.bare-producer", raw.keys(), raw.values(), raw.shape());
    }

    /**
     * How many records were ever written to it. Nothing is deleted and nothing transactional is in it, so that is the sum
     * of the end offsets.
     */
    static long records(KafkaAccess kafka, Topic<?, ?> topic) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, topic.shape().partitions())
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(topic.name(), partition), partition -> OffsetSpec.latest()));
        try (Admin admin = kafka.openAdmin()) {
            return admin.listOffsets(ends).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS).values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        } catch (ExecutionException | TimeoutException e) {
            throw new ResourceException("the records in " + topic.name() + " cannot be counted", e);
        }
    }
}
