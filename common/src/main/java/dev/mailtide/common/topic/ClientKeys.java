package dev.mailtide.common.topic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/** What Kafka's own clients say of their settings. */
final class ClientKeys {

    private static final List<ConfigDef> CLIENTS =
            List.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef());

    private static final Pattern STREAMS_PREFIX =
            Pattern.compile("^(main\\.consumer|restore\\.consumer|global\\.consumer|consumer|producer|admin)\\.");

    private ClientKeys() {}

    /** The key without the prefix by which Kafka Streams takes a setting for one of its clients alone. */
    static String bare(String key) {
        return STREAMS_PREFIX.matcher(key).replaceFirst("");
    }

    /** What each client that knows this bare key says of it. */
    static Stream<ConfigKey> definitions(String bare) {
        return CLIENTS.stream()
                .flatMap(client -> Optional.ofNullable(client.configKeys().get(bare)).stream());
    }

    /** Whether a client takes the value as a secret: passwords, keys, certificates. */
    static boolean isSecret(String key) {
        return definitions(bare(key)).anyMatch(known -> known.type() == ConfigDef.Type.PASSWORD);
    }

    /** What is wrong with a login that no client could read. Their own message can quote a part of it. */
    static Optional<String> jaasProblem(Map<String, String> settings) {
        return settings.entrySet().stream()
                .filter(setting -> bare(setting.getKey()).equals(SaslConfigs.SASL_JAAS_CONFIG))
                .flatMap(setting -> jaasProblem(setting.getKey(), setting.getValue()).stream())
                .findFirst();
    }

    private static Optional<String> jaasProblem(String key, String found) {
        try {
            JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(found)));
            return Optional.empty();
        } catch (IllegalArgumentException | KafkaException | SecurityException notReadable) {
            return Optional.of("kafka." + key
                    + ": expected '<login module> required username=\"…\" password=\"…\";', found a text of "
                    + found.length() + " characters that is none");
        }
    }
}
