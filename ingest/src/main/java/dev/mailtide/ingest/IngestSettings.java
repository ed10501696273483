package dev.mailtide.ingest;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What ingest can be told.
 *
 * @param address where to listen
 * @param bodyBytesMax larger bodies are refused
 * @param queue how much may wait for Kafka
 * @param answerWait how long a request waits for Kafka's ack before it is answered 503
 * @param sources who may post
 */
public record IngestSettings(
        HttpShell.Address address, int bodyBytesMax, QueueLimits queue, Duration answerWait, List<Source> sources) {

    /** Copies the list. */
    public IngestSettings {
        sources = List.copyOf(sources);
    }

    /**
     * How much may wait for Kafka at any time; what comes on top is answered 503.
     *
     * @param requestsMax requests that no send has begun for
     * @param bytesMax bytes of all bodies that are not acked
     */
    public record QueueLimits(int requestsMax, long bytesMax) {}

    private static final int BODY_BYTES_CEILING = 5_000_000;

    private static final TextRule HOST = TextRule.matching("[A-Za-z0-9.:_-]{1,253}", "a host name or an IP address");
    private static final TextRule NAME = TextRule.matching(
            "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", "1 to 40 of a-z 0-9 -, with no hyphen at either end");
    private static final TextRule PROVIDER = TextRule.matching(
            Arrays.stream(Provider.values()).map(Provider::wireName).collect(Collectors.joining("|")),
            "one of: "
                    + Arrays.stream(Provider.values()).map(Provider::wireName).collect(Collectors.joining(", ")));
    private static final TextRule SECRET =
            TextRule.matching("[A-Za-z0-9_-]{16,200}", "16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL)");

    private static final Setting<String> HOST_SETTING =
            Setting.text("ingest.host", "0.0.0.0", HOST, "Address on which ingest listens.");
    private static final Setting<Integer> PORT = Setting.port("ingest.port", 8080, "Port on which ingest listens.");
    private static final Setting<Integer> BODY_BYTES_MAX = Setting.number(
            "ingest.body-bytes-max",
            1_000_000,
            1_000,
            BODY_BYTES_CEILING,
            "Largest body that is accepted, in bytes; a larger one is answered 413.");
    private static final Setting<Integer> QUEUE_REQUESTS_MAX = Setting.number(
            "ingest.queue-requests-max",
            10_000,
            1,
            1_000_000,
            "Requests that may wait for Kafka; more are answered 503.");
    private static final Setting<Integer> QUEUE_BYTES_MAX = Setting.number(
            "ingest.queue-bytes-max",
            67_108_864,
            6_000_000,
            1_073_741_824,
            "Bytes of bodies that may wait for Kafka's ack; more are answered 503.");
    private static final Setting<Duration> ANSWER_WAIT = Setting.duration(
            "ingest.answer-wait",
            "10s",
            Duration.ofMillis(50),
            Duration.ofSeconds(60),
            "How long a request waits for Kafka's ack before it is answered 503.");
    private static final Setting<List<String>> SOURCES =
            Setting.list("ingest.sources", "paubox-main", NAME, "Names of the sources that may post.");

    private static Setting<String> providerOf(String source) {
        return Setting.text(
                "source." + source + ".provider",
                Provider.PAUBOX.wireName(),
                PROVIDER,
                "Whose webhooks the source sends.");
    }

    private static Setting<Secret> secretOf(String source) {
        return Setting.secret("source." + source + ".secret", SECRET, "The last part of the source's webhook URL.");
    }

    /** All of them, for the documentation; {@code NAME} stands for the name of a source. */
    public static final List<Setting<?>> ALL = List.of(
            HOST_SETTING,
            PORT,
            BODY_BYTES_MAX,
            QUEUE_REQUESTS_MAX,
            QUEUE_BYTES_MAX,
            ANSWER_WAIT,
            SOURCES,
            providerOf("NAME"),
            secretOf("NAME"));

    /** Reads them; problems are noted in the reader. */
    public static IngestSettings read(SettingsReader reader) {
        return new IngestSettings(
                new HttpShell.Address(reader.read(HOST_SETTING), reader.read(PORT), PORT.key()),
                reader.read(BODY_BYTES_MAX),
                new QueueLimits(reader.read(QUEUE_REQUESTS_MAX), reader.read(QUEUE_BYTES_MAX)),
                reader.read(ANSWER_WAIT),
                reader.read(SOURCES).stream()
                        .map(name -> sourceOf(name, reader))
                        .toList());
    }

    /** Makes them known to a reader that another role reads from. */
    public static void ignore(SettingsReader reader) {
        ALL.forEach(reader::ignore);
        reader.read(SOURCES).forEach(source -> ignoreSource(source, reader));
    }

    /** Makes the settings of one source known, whether it is among the sources or not. */
    public static void ignoreSource(String source, SettingsReader reader) {
        reader.ignore(providerOf(source));
        reader.ignore(secretOf(source));
    }

    private static Source sourceOf(String name, SettingsReader reader) {
        Provider provider = Provider.named(reader.read(providerOf(name))).orElse(Provider.PAUBOX);
        return new Source(name, provider, reader.readSecret(secretOf(name)));
    }
}
