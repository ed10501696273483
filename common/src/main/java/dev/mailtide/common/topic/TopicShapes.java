package dev.mailtide.common.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** In what topics that are there are not as they would be made: a line for each difference, with what is expected and found. */
final class TopicShapes {

    private TopicShapes() {}

    /** What can never be mended: partitions, and what is thrown away. */
    static List<String> fixedDifferences(Topic<?, ?> topic, @Nullable TopicDescription found, Config config) {
        List<String> differences = new ArrayList<>();
        compare(topic, "partitions", topic.shape().partitions(), partitionsOf(found))
                .ifPresent(differences::add);
        compare(topic, TopicConfig.CLEANUP_POLICY_CONFIG, topic.shape().cleanup(), cleanupOf(config))
                .ifPresent(differences::add);
        return differences;
    }

    /** The same, and for how long records are kept. */
    static List<String> differences(Topic<?, ?> topic, @Nullable TopicDescription found, Config config) {
        List<String> differences = fixedDifferences(topic, found, config);
        String what = TopicConfig.RETENTION_MS_CONFIG;
        Optional.ofNullable(topic.shape().configs().get(what))
                .flatMap(kept -> compare(topic, what, kept, config.get(what).value()))
                .ifPresent(differences::add);
        return differences;
    }

    /** Whether it throws away all but the last record of a key, and must not: events of one message have one key. */
    static boolean losesRecords(Topic<?, ?> topic, Config config) {
        return compacts(cleanupOf(config)) && !compacts(topic.shape().cleanup());
    }

    private static boolean compacts(String cleanup) {
        return cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    static int partitionsOf(@Nullable TopicDescription description) {
        return description == null ? 0 : description.partitions().size();
    }

    private static String cleanupOf(Config config) {
        return config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    }

    private static Optional<String> compare(Topic<?, ?> topic, String what, Object expected, Object found) {
        return expected.equals(found)
                ? Optional.empty()
                : Optional.of("topic " + topic.name() + ": expected " + what + " " + expected + ", found " + found);
    }
}
