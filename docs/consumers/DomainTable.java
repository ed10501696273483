import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Prints the latest state of each sender domain as CSV, and ends. Arguments: brokers, topic. */
public class DomainTable {

    private static final List<String> COLUMNS = List.of("/domain", "/asOf", "/messages/total", "/messages/delivered",
            "/messages/softBounced", "/messages/hardBounced", "/reactions/openedMessages", "/rates/delivery/value");

    public static void main(String[] args) throws Exception {
        Map<String, JsonNode> latest = new TreeMap<>();
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", args[0], "isolation.level", "read_committed", "allow.auto.create.topics", "false");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> all = consumer.partitionsFor(args[1]).stream()
                    .map(partition -> new TopicPartition(args[1], partition.partition())).toList();
            consumer.assign(all); // Without a group: the whole table is read each time, and nothing is committed.
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (var state : consumer.poll(Duration.ofMillis(500))) {
                    if (state.value() == null) {
                        latest.remove(state.key());
                    } else {
                        latest.put(state.key(), new ObjectMapper().readTree(state.value())); // The last one counts.
                    }
                }
            }
        }
        System.out.println(COLUMNS.stream().map(column -> column.substring(1)).collect(Collectors.joining(",")));
        latest.values().forEach(state -> System.out.println(cells(state).collect(Collectors.joining(","))));
    }

    /** What none of the domain's providers reports is null, and an empty cell; not 0. */
    private static Stream<String> cells(JsonNode state) {
        return COLUMNS.stream().map(state::at).map(cell -> cell.isNull() ? "" : cell.asText());
    }
}
