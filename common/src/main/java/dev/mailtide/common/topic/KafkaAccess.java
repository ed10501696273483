package dev.mailtide.common.topic;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.settings.Found;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Kafka: what the settings say under {@code kafka.}, for every client alike.
 *
 * @param settings client settings without the prefix; {@code bootstrap.servers} is always among them
 */
public record KafkaAccess(Map<String, String> settings) {

    /** Where Kafka is, unless the settings say otherwise: the port of {@code mailtide up}. */
    public static final String BOOTSTRAP_FALLBACK = "127.0.0.1:9092";

    private static final Duration REACH_PATIENCE = Duration.ofSeconds(10);

    /** What the promises rest on: set to anything else, exactly once would be a lie. */
    private static final Map<String, String> NEEDED = Map.of(
            "acks", "all",
            "auto.offset.reset", "earliest",
            "enable.idempotence", "true",
            "isolation.level", "read_committed",
            "processing.guarantee", "exactly_once_v2",
            "group.protocol", "classic");

    /** From and to which number the idempotent producer works, and a record of the greatest size fits its memory. */
    private static final Map<String, Bounds> BOUNDS = Map.of(
            ProducerConfig.RETRIES_CONFIG, new Bounds(1, Integer.MAX_VALUE),
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, new Bounds(1, 5),
            ProducerConfig.BUFFER_MEMORY_CONFIG, new Bounds(8_388_608, Long.MAX_VALUE));

    /** What Kafka's clients have where the settings say nothing, at most: Kafka Streams lingers longest. */
    private static final long REQUEST_TIMEOUT_MILLIS = 30_000;

    private static final long LINGER_MILLIS = 100;

    private record Bounds(long least, long most) {}

    private static final List<String> OURS = List.of(
            "application.id",
            "application.server",
            "client.id",
            "group.id",
            "group.instance.id",
            "key.deserializer",
            "key.serializer",
            "partitioner.class",
            "partitioner.ignore.keys",
            "state.dir",
            "transactional.id",
            "value.deserializer",
            "value.serializer");

    /** Copies the settings. */
    public KafkaAccess {
        settings = Map.copyOf(settings);
    }

    /** The broker at this address, with no further settings. */
    public static KafkaAccess at(String bootstrapServers) {
        return new KafkaAccess(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Reads what stands under {@code kafka.}, and notes what clashes with a promise. */
    public static KafkaAccess read(SettingsReader reader) {
        Map<String, String> settings = new TreeMap<>(reader.kafka(ClientKeys::isSecret));
        settings.putIfAbsent(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, BOOTSTRAP_FALLBACK);
        settings.forEach((key, found) -> checkClash(key, found, reader));
        checkDeliveryTimeout(settings, reader);
        ClientKeys.jaasProblem(settings).ifPresent(reader::problem);
        return new KafkaAccess(settings);
    }

    private static void checkClash(String key, String found, SettingsReader reader) {
        // Kafka Streams also takes settings for one of its clients alone, under a prefix.
        String bare = ClientKeys.bare(key);
        String needed = NEEDED.getOrDefault(bare, found);
        if (!found.equals(needed)) {
            reader.problem("kafka." + key + ": expected " + needed + ", since a promise rests on it, found "
                    + (isTakenByAClient(bare, found) ? "'" + found + "'" : Found.value(found)) + "; leave it out");
        } else if (OURS.contains(bare)) {
            reader.problem("kafka." + key + ": this one is set by Mailtide itself; leave it out");
        } else {
            checkValue(key, bare, found, reader);
        }
    }

    private static boolean isTakenByAClient(String bare, String found) {
        return ClientKeys.definitions(bare).anyMatch(known -> known.validator != null && isValid(known, found));
    }

    /** No producer can be made where the time for a delivery is shorter than that for one try of it. */
    private static void checkDeliveryTimeout(Map<String, String> settings, SettingsReader reader) {
        String key = ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
        String found = settings.get(key);
        long least =
                number(settings.get(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)).orElse(REQUEST_TIMEOUT_MILLIS)
                        + number(settings.get(ProducerConfig.LINGER_MS_CONFIG)).orElse(LINGER_MILLIS);
        if (number(found).filter(millis -> millis < least).isPresent()) {
            reader.problem("kafka." + key + ": expected at least " + least
                    + " (kafka.request.timeout.ms and kafka.linger.ms), found '" + found + "'");
        }
    }

    private static Optional<Long> number(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(String::strip).map(Long::parseLong);
        } catch (NumberFormatException saidElsewhere) {
            return Optional.empty();
        }
    }

    private static void checkValue(String key, String bare, String found, SettingsReader reader) {
        ClientKeys.definitions(bare)
                .filter(known -> !isValid(known, found))
                .findFirst()
                .ifPresentOrElse(
                        known -> reader.problem("kafka." + key + ": expected " + expectedOf(known)),
                        () -> checkBounds(key, bare, found, reader));
    }

    private static void checkBounds(String key, String bare, String found, SettingsReader reader) {
        Optional.ofNullable(BOUNDS.get(bare))
                .filter(bounds ->
                        number(found).stream().anyMatch(value -> value < bounds.least() || value > bounds.most()))
                .ifPresent(bounds -> reader.problem("kafka." + key + ": expected a number from " + bounds.least()
                        + " to " + bounds.most() + ", since a promise rests on it, found '" + found + "'"));
    }

    private static boolean isValid(ConfigKey known, String found) {
        try {
            Object value = ConfigDef.parseType(known.name, found, known.type());
            if (known.validator != null) {
                known.validator.ensureValid(known.name, value);
            }
            return true;
        } catch (ConfigException notValid) {
            // Its message quotes the value, which may be a secret.
            return false;
        }
    }

    private static String expectedOf(ConfigKey known) {
        String type = "a value of Kafka's type " + known.type().name().toLowerCase(Locale.ROOT);
        return known.validator == null ? type : type + ", " + known.validator;
    }

    /** The settings of a client: these, and over them the ones that its work needs. */
    public Map<String, Object> with(Map<String, ?> needed) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(needed);
        return all;
    }

    /** A new admin client; the caller closes it. */
    public Admin openAdmin() {
        return Admin.create(with(Map.of()));
    }

    /** The addresses, for messages to people. */
    public String bootstrapServers() {
        return settings.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, BOOTSTRAP_FALLBACK);
    }

    /**
     * Creates the topics that are missing.
     *
     * @throws ResourceException if Kafka cannot be reached or refuses
     * @throws TopicMismatch if a topic is there with another shape
     */
    public void createMissing(List<? extends Topic<?, ?>> topics) {
        Duration patience = reachPatience();
        try (ClosingAtOnce closing = new ClosingAtOnce(openAdmin())) {
            Admin admin = closing.admin();
            admin.describeCluster().nodes().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            new TopicCreator(admin, patience).createMissing(topics);
        } catch (TimeoutException e) {
            throw unanswered(patience, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw unanswered(patience, e);
            }
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted", e);
        } catch (KafkaException e) {
            throw unreachable(
                    e.getMessage()
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        }
    }

    /** Clients that the settings tell to give up sooner are not waited for any longer. */
    private Duration reachPatience() {
        return number(settings.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG))
                .map(Duration::ofMillis)
                .filter(shorter -> shorter.compareTo(REACH_PATIENCE) < 0)
                .orElse(REACH_PATIENCE);
    }

    private ResourceException unanswered(Duration patience, Exception cause) {
        String time = patience.toMillis() % 1000 == 0 ? patience.toSeconds() + " s" : patience.toMillis() + " ms";
        return unreachable("no answer within " + time, cause);
    }

    /** The addresses alone: passwords stand among the settings. */
    @Override
    public String toString() {
        return "KafkaAccess[" + bootstrapServers() + "]";
    }

    private ResourceException failed(ExecutionException e) {
        Throwable why = e.getCause();
        if (why instanceof AuthenticationException) {
            return notLetIn(why);
        }
        return why instanceof AuthorizationException ? refused(why) : unreachable(String.valueOf(why), e);
    }

    /** It is there, and either it does not know this client, or this client does not know it. */
    private ResourceException notLetIn(Throwable why) {
        Throwable root = why;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        boolean isTls = why instanceof SslAuthenticationException;
        return new ResourceException(
                "Kafka at " + bootstrapServers() + " and this client do not accept each other (" + root.getMessage()
                        + "); "
                        + (isTls
                                ? "check whom kafka.ssl.truststore.… trusts, and what kafka.ssl.keystore.… shows"
                                : "check the user and the password in kafka.sasl.jaas.config, and kafka.sasl.mechanism"),
                why);
    }

    private ResourceException refused(Throwable why) {
        return new ResourceException(
                "Kafka at " + bootstrapServers() + " does not allow it (" + why
                        + "); allow its user what 'mailtide acl --role' lists",
                why);
    }

    private ResourceException unreachable(String why, Exception cause) {
        return new ResourceException(
                "cannot use Kafka at " + bootstrapServers() + " (" + why
                        + "); is it running? Set kafka.bootstrap.servers",
                cause);
    }

    /** An admin client's own close waits for the answers that it did not get, which can take a minute. */
    private record ClosingAtOnce(Admin admin) implements AutoCloseable {

        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }
}
