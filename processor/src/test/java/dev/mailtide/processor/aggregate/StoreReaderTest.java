package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.streams.Freshness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of an application that is not running. No Kafka is there. */
class StoreReaderTest {

    private static final String NOWHERE = "127.0.0.1:1";
    private static final String STORE = "some-store";

    @TempDir
    Path folder;

    @Test
    void while_the_streams_have_not_begun_and_when_they_have_ended_nothing_is_here() {
        KafkaStreams streams = streams();
        try (Freshness freshness =
                new Freshness(KafkaAccess.at(NOWHERE), "some-group", List.of(), () -> Instant.EPOCH)) {
            StoreReader reader = new StoreReader(streams, 1, freshness);
            assertThat(reader.store(STORE, 0)).isEmpty();
            streams.close();
            assertThat(streams.state()).isEqualTo(KafkaStreams.State.NOT_RUNNING);
            assertThat(reader.store(STORE, 0)).isEmpty();
        }
    }

    private KafkaStreams streams() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.table(
                "some-topic",
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Materialized.as(Stores.inMemoryKeyValueStore(STORE)));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "some-application");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, NOWHERE);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        return new KafkaStreams(builder.build(), properties);
    }
}
