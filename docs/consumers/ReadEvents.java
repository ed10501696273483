import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Writes a line for each event of a topic to a CSV file, once. Arguments: brokers, topic, file, and more settings, a file. */
public class ReadEvents {

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[2]);
        String text = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, text.substring(0, text.lastIndexOf('\n') + 1)); // Without half a line of a crash.
        Set<String> known = new HashSet<>();
        Files.readAllLines(file).forEach(line -> known.add(line.split(",", 2)[0]));

        Properties settings = new Properties();
        settings.putAll(Map.of(
                "bootstrap.servers", args[0],
                "group.id", "example-java",
                "isolation.level", "read_committed", // Else records that were taken back are read, too.
                "enable.auto.commit", "false", // We say when our work is done.
                "auto.offset.reset", "earliest",
                "allow.auto.create.topics", "false")); // Mailtide creates them.
        settings.load(new StringReader(args.length > 3 ? Files.readString(Path.of(args[3])) : ""));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
                var out = new FileOutputStream(file.toFile(), true)) {
            consumer.subscribe(List.of(args[1]));
            while (true) {
                StringBuilder lines = new StringBuilder();
                for (ConsumerRecord<String, String> event : consumer.poll(Duration.ofSeconds(1))) {
                    if (known.add(header(event, "ce_id"))) { // event.value() is the event as JSON.
                        lines.append(String.join(",", header(event, "ce_id"), header(event, "ce_time"),
                                header(event, "ce_type"), header(event, "ce_subject"))).append('\n');
                    }
                }
                out.write(lines.toString().getBytes(UTF_8));
                out.getFD().sync();
                consumer.commitSync(); // After the work: a crash before this line brings the same records again.
            }
        }
    }

    private static String header(ConsumerRecord<String, String> event, String name) {
        return new String(event.headers().lastHeader(name).value(), UTF_8);
    }
}
