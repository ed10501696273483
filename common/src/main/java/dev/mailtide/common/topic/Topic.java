package dev.mailtide.common.topic;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;

/**
 * A topic with everything one must agree on to use it: its name, what its bytes mean, and its shape.
 *
 * @param name the full name, prefix and version included
 * @param keys what a key is
 * @param values what a value is
 * @param shape how it is created
 */
public record Topic<K, V>(String name, Serde<K> keys, Serde<V> values, Shape shape) {

    /** How the topic is created. */
    public NewTopic toCreate() {
        return new NewTopic(name, shape.partitions(), shape.replication()).configs(shape.configs());
    }

    /**
     * How a topic is laid out.
     *
     * @param partitions 1 or more; never changed afterwards, since keys would move
     * @param replication copies of each partition
     * @param configs topic settings; {@code cleanup.policy} is always among them
     */
    public record Shape(int partitions, short replication, Map<String, String> configs) {

        /** Copies the settings. */
        public Shape {
            configs = Map.copyOf(configs);
        }

        /** {@code delete} or {@code compact}. */
        public String cleanup() {
            return configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        }

        /** The same with one setting more. */
        public Shape with(String key, String value) {
            Map<String, String> more = new TreeMap<>(configs);
            more.put(key, value);
            return new Shape(partitions, replication, more);
        }
    }
}
