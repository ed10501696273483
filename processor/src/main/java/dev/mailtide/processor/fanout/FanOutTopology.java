package dev.mailtide.processor.fanout;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * From the events topic to one topic per domain: key, headers and time unchanged, and of the value what may stand there. Never begun anywhere but where it
 * was left: {@code TopicGuard} sets the first offsets.
 */
final class FanOutTopology {

    private FanOutTopology() {}

    static Topology build(StreamsConfig config, Topics topics, Routing routing, EventPolicy privacy) {
        Topic<String, byte[]> events = topics.events();
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(config));
        builder.stream(
                        events.name(),
                        Consumed.with(events.keys(), events.values())
                                .withOffsetResetPolicy(AutoOffsetReset.none())
                                .withName("events"))
                .mapValues(new ForDomains(privacy), Named.as("privacy"))
                .mapValues(new ByDomain(routing), Named.as("routes"))
                .filter((messageKey, event) -> event.topic().isPresent(), Named.as("ignored"))
                .to(
                        new ToItsTopic(),
                        Produced.with(events.keys(), Addressed.serde()).withName("domain-topics"));
        return builder.build();
    }
}
