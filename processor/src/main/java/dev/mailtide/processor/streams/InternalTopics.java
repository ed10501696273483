package dev.mailtide.processor.streams;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.TopologyDescription;

/** The topics that Kafka Streams makes for a topology: one for each repartition, and a changelog for each store. */
final class InternalTopics {

    private static final String REPARTITION = "-repartition";
    private static final String CHANGELOG = "-changelog";

    private InternalTopics() {}

    /** Their full names, sorted. No topic of ours ends like one of them. */
    static Set<String> of(String applicationId, TopologyDescription described) {
        Set<String> names = new TreeSet<>();
        for (TopologyDescription.Subtopology part : described.subtopologies()) {
            for (TopologyDescription.Node node : part.nodes()) {
                if (node instanceof TopologyDescription.Source source && source.topicSet() != null) {
                    source.topicSet().stream()
                            .filter(topic -> topic.endsWith(REPARTITION))
                            .forEach(topic -> names.add(applicationId + "-" + topic));
                } else if (node instanceof TopologyDescription.Processor processor) {
                    processor.stores().forEach(store -> names.add(applicationId + "-" + store + CHANGELOG));
                }
            }
        }
        return names;
    }
}
