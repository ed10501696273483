package dev.mailtide.processor.fanout;

import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * From the events topic to one topic per domain, unchanged: key, value, headers and time. Never begun anywhere but where it
 * was left: {@code TopicGuard} sets the first offsets.
 */
final class FanOutTopology {

    private FanOutTopology() {}

    static Topology build(StreamsConfig config, Topics topics, DomainTopics domainTopics) {
        Topic<String, byte[]> events = topics.events();
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(config));
        builder.stream(
                        events.name(),
                        Consumed.with(events.keys(), events.values())
                                .withOffsetResetPolicy(AutoOffsetReset.none())
                                .withName("events"))
                .to(
                        new ByDomain(domainTopics),
                        Produced.with(events.keys(), events.values()).withName("domain-topics"));
        return builder.build();
    }
}
