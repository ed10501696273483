package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fold.DistinctEvent;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import dev.mailtide.testkit.kafka.RawTopic;
import dev.mailtide.testkit.kafka.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** G2, G3 and G4: state and topics equal a plain fold over what the raw topic holds, whatever has happened. */
final class Guarantees {

    static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);

    private Guarantees() {}

    /** How to ask for the state of a domain. */
    @FunctionalInterface
    interface Asking {
        ObjectNode stateOf(String domain) throws Exception;
    }

    static void assertHold(KafkaAccess kafka, Asking asking, Duration patience) throws Exception {
        List<RawBody> raw = RawTopic.inAppendOrder(kafka, TOPICS.raw().name());
        Expected expected = new ReferenceFold(Duration.ofDays(35)).fold(raw);
        await().atMost(patience)
                .untilAsserted(() -> assertThat(answered(expected.domains().keySet(), asking))
                        .isEqualTo(expected.domains()));

        Map<String, Integer> ofTheFold = new TreeMap<>();
        for (DistinctEvent event : expected.events()) {
            ofTheFold.merge(event.messageKey() + " " + event.fingerprintHex(), 1, Integer::sum);
        }
        List<ConsumerRecord<String, byte[]>> events =
                TopicReader.readAll(kafka, TOPICS.events().name());
        assertThat(identities(events)).isEqualTo(ofTheFold);
        await().atMost(patience)
                .untilAsserted(() -> assertThat(identities(fannedOut(kafka))).isEqualTo(ofTheFold));
        // No domain is moved here, so all events of a message stand in one place.
        assertThat(inOrder(fannedOut(kafka))).isEqualTo(inOrder(events));
    }

    /** The ids of each message's events, as they stand behind each other in its partition. */
    private static Map<String, List<String>> inOrder(List<ConsumerRecord<String, byte[]>> events) {
        Map<String, List<String>> inOrder = new TreeMap<>();
        events.stream()
                .sorted(Comparator.<ConsumerRecord<String, byte[]>, String>comparing(ConsumerRecord::topic)
                        .thenComparing(ConsumerRecord::partition)
                        .thenComparing(ConsumerRecord::offset))
                .forEach(event -> inOrder.computeIfAbsent(event.key(), first -> new ArrayList<>())
                        .add(idOf(event)));
        return inOrder;
    }

    private static String idOf(ConsumerRecord<String, byte[]> event) {
        return RawHeaders.text(event.headers(), "ce_id").orElseThrow();
    }

    private static SortedMap<String, ObjectNode> answered(Iterable<String> domains, Asking asking) throws Exception {
        SortedMap<String, ObjectNode> answered = new TreeMap<>();
        for (String domain : domains) {
            ObjectNode state = asking.stateOf(domain);
            state.remove("asOf");
            // The fold counts, and judges nothing.
            state.findParents("verdict").forEach(rate -> ((ObjectNode) rate).remove("verdict"));
            answered.put(domain, state);
        }
        return answered;
    }

    private static List<ConsumerRecord<String, byte[]>> fannedOut(KafkaAccess kafka) throws Exception {
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>(
                TopicReader.readAll(kafka, TOPICS.domainOverflow().name()));
        try (var admin = kafka.openAdmin()) {
            for (String topic : admin.listTopics().names().get()) {
                if (TOPICS.isOfADomain(topic)) {
                    List<ConsumerRecord<String, byte[]>> own = TopicReader.readAll(kafka, topic);
                    assertThat(own).allMatch(event -> topic.equals("email.domain." + domainOf(event) + ".v1"));
                    all.addAll(own);
                }
            }
        }
        return all;
    }

    private static String domainOf(ConsumerRecord<String, byte[]> event) {
        return event.key().substring(0, event.key().indexOf('/'));
    }

    private static Map<String, Integer> identities(List<ConsumerRecord<String, byte[]>> events) {
        Map<String, Integer> identities = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> event : events) {
            identities.merge(event.key() + " " + idOf(event), 1, Integer::sum);
        }
        return identities;
    }
}
