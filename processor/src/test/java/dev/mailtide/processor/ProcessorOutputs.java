package dev.mailtide.processor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fold.DistinctEvent;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the processor has written, as a reader with {@code read_committed} sees it, in the words of the fold. */
record ProcessorOutputs(KafkaAccess kafka, Topics topics) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How long buckets are kept, by the name of their size. */
    private static final Map<String, Duration> KEPT =
            Map.of("minute", Duration.ofDays(2), "hour", Duration.ofDays(90), "day", Duration.ofDays(730));

    /** The latest state of each domain, without {@code asOf} and {@code sources}, which the fold cannot know. */
    SortedMap<String, ObjectNode> states() {
        SortedMap<String, ObjectNode> states = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record :
                TopicReader.readAll(kafka, topics.domainState().name())) {
            states.put(record.key(), parse(record.value()));
        }
        states.values().forEach(state -> state.remove(List.of("asOf", "sources")));
        return states;
    }

    static SortedMap<String, ObjectNode> states(Expected expected) {
        SortedMap<String, ObjectNode> states = new TreeMap<>();
        expected.domains().forEach((domain, state) -> states.put(domain, state.deepCopy()));
        states.values().forEach(state -> state.remove("sources"));
        return states;
    }

    /** The latest of each bucket of the series, by the key of its record. */
    SortedMap<String, ObjectNode> series() {
        SortedMap<String, ObjectNode> buckets = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record :
                TopicReader.readAll(kafka, topics.domainSeries().name())) {
            if (record.value() == null) {
                buckets.remove(record.key());
            } else {
                buckets.put(record.key(), parse(record.value()));
            }
        }
        return buckets;
    }

    /** Those that no append time until an hour after this one finds too old; a key is {@code domain|size|start}. */
    static SortedMap<String, ObjectNode> keptFor(Instant append, SortedMap<String, ObjectNode> buckets) {
        SortedMap<String, ObjectNode> kept = new TreeMap<>(buckets);
        kept.keySet().removeIf(key -> {
            String[] parts = key.split("\\|", 3);
            Duration retention = Objects.requireNonNull(KEPT.get(parts[1]), key);
            Instant oldest = append.plus(Duration.ofHours(1)).minus(retention);
            return !Instant.parse(parts[2]).isAfter(oldest);
        });
        return kept;
    }

    private static ObjectNode parse(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events topic, sorted; without the receipt, since partitions are read in no order. */
    List<String> events() {
        return TopicReader.readAll(kafka, topics.events().name()).stream()
                .map(ProcessorOutputs::distinct)
                .map(ProcessorOutputs::text)
                .sorted()
                .toList();
    }

    static List<String> events(Expected expected) {
        return expected.events().stream().map(ProcessorOutputs::text).sorted().toList();
    }

    private static DistinctEvent distinct(ConsumerRecord<String, byte[]> published) {
        EmailEvent event = EventCodec.decode(published.value());
        return new DistinctEvent(
                event.sender().domain().name(),
                published.key(),
                event.recipient().address().orElse(""),
                event.id().hex(),
                event.kind().counter(),
                event.origin().receiptId());
    }

    private static String text(DistinctEvent event) {
        return String.join(" ", event.messageKey(), event.recipient(), event.fingerprintHex(), event.kind());
    }

    /** Receipt id and reason of each dead letter, sorted. */
    List<String> deadLetters() {
        return TopicReader.readAll(kafka, topics.deadLetters().name()).stream()
                .map(letter -> letter.key() + " "
                        + RawHeaders.text(letter.headers(), "dead-letter-reason")
                                .orElseThrow())
                .sorted()
                .toList();
    }

    /** How many records of the events topic a transaction wrote that never ended well. */
    int eventsTakenBack() {
        Map<String, Object> settings = kafka.with(Map.of("isolation.level", "read_uncommitted"));
        int written = 0;
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(
                            0, topics.events().shape().partitions())
                    .mapToObj(number -> new TopicPartition(topics.events().name(), number))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                written += reader.poll(Duration.ofMillis(100)).count();
            }
        }
        return written - TopicReader.readAll(kafka, topics.events().name()).size();
    }

    /** Key and bytes of each event in the events topic, sorted. */
    List<String> eventRecords() {
        return texts(TopicReader.readAll(kafka, topics.events().name()).stream());
    }

    /** Key and bytes of each event in own topics and overflow together, sorted. */
    List<String> fannedOut() throws ExecutionException, InterruptedException {
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>(
                TopicReader.readAll(kafka, topics.domainOverflow().name()));
        ownTopics().forEach(topic -> all.addAll(TopicReader.readAll(kafka, topic)));
        return texts(all.stream());
    }

    /** The topics that belong to one domain. */
    Collection<String> ownTopics() throws ExecutionException, InterruptedException {
        try (var admin = kafka.openAdmin()) {
            return admin.listTopics().names().get().stream()
                    .filter(topics::isOfADomain)
                    .toList();
        }
    }

    private static List<String> texts(Stream<ConsumerRecord<String, byte[]>> records) {
        return records.map(record -> record.key() + "=" + new String(record.value(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }
}
