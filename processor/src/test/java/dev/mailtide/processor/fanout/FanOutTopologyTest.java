package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.Golden;
import dev.mailtide.processor.streams.StreamsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanOutTopologyTest {

    private static final KafkaAccess NOWHERE = KafkaAccess.at("127.0.0.1:1");

    @TempDir
    Path folder;

    @Test
    void the_topology_is_the_one_that_is_checked_in_and_every_operator_has_a_name() throws IOException {
        Topics topics = new Topics("email.", TopicSizes.DEFAULT);
        Properties properties = new Properties();
        properties.putAll(new StreamsSettings(
                        FanOutApplication.APPLICATION_ID, "test", folder, 1, Duration.ofMillis(200), (short) 1)
                .over(NOWHERE));
        RouteTable table = new RouteTable(1);
        Routing routing = new Routing(table, new Wanted(table), "overflow", () -> {});
        String described = FanOutTopology.build(new StreamsConfig(properties), topics, routing, EventPolicy.KEEP_ALL)
                .describe()
                .toString();
        assertThat(described).isEqualTo(Golden.text("fan-out-topology.txt")).doesNotContainPattern(Golden.GENERATED);
    }
}
