package dev.mailtide.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The broker in a process of its own: arguments folder and port. Says in a line that clients may connect, answers each
 * line of its input with the bytes that producers have written so far, by topic, and runs until its input ends.
 */
final class BrokerProcess {

    private static final String BYTES_IN = "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=*";

    private BrokerProcess() {}

    public static void main(String[] arguments) throws IOException, JMException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready at " + broker.bootstrapServers());
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (questions.readLine() != null) {
                System.out.println(new ObjectMapper().writeValueAsString(bytesIn()));
            }
        }
    }

    /** As Kafka counts them: whole batches as they were sent, compressed, copies to other brokers left out. */
    private static Map<String, Long> bytesIn() throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Map<String, Long> bytes = new TreeMap<>();
        for (ObjectName meter : beans.queryNames(new ObjectName(BYTES_IN), null)) {
            bytes.put(meter.getKeyProperty("topic"), (Long) beans.getAttribute(meter, "Count"));
        }
        return bytes;
    }
}
