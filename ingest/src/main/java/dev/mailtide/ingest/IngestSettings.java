package dev.mailtide.ingest;

import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.http.TlsFiles;
import dev.mailtide.common.settings.HeapShare;
import dev.mailtide.common.settings.Instance;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What ingest can be told.
 *
 * @param listener where and how to listen
 * @param body what a body may be, and how slowly it may come
 * @param ways how a body is made durable
 * @param stopGrace how long ingest goes on answering after it has said that it is not ready
 * @param access who may post
 * @param instance the name of this process among those that take in the same sources
 */
public record IngestSettings(
        HttpShell.Listener listener,
        BodyLimits body,
        Ways ways,
        Duration stopGrace,
        AccessSettings access,
        String instance) {

    /**
     * How a body is made durable.
     *
     * @param queue how much may wait for Kafka
     * @param ackWait how long a request waits for Kafka's ack before its body goes to the spool as well; zero for always
     *     the spool
     * @param answerWait how long a request waits for Kafka's ack when the spool refuses it
     * @param spool where bodies wait for Kafka
     */
    public record Ways(QueueLimits queue, Duration ackWait, Duration answerWait, SpoolSettings spool) {}

    /**
     * How much may wait for Kafka at any time; what comes on top goes to the spool.
     *
     * @param requestsMax requests that no send has begun for
     * @param bytesMax bytes of all bodies that are not acked
     */
    public record QueueLimits(int requestsMax, long bytesMax) {}

    /**
     * What a body may be, and how slowly it may come.
     *
     * @param bytesMax larger ones are refused
     * @param grace how long nothing need come; added to what the bytes earn
     * @param bytesPerSecondMin each so many bytes earn the body a second
     * @param longest how long a body may take at most
     * @param bytesMaxOfAll memory of all bodies that are not whole yet; more are answered 503
     */
    public record BodyLimits(
            int bytesMax, Duration grace, int bytesPerSecondMin, Duration longest, long bytesMaxOfAll) {

        /** What holds where nothing is set. */
        public static final BodyLimits DEFAULT = new BodyLimits(
                1_000_000, Duration.ofSeconds(10), 1_024, Duration.ofSeconds(60), HeapShare.ofThisHeap());
    }

    static final String ROLE = "ingest";

    private static final int BODY_BYTES_CEILING = 5_000_000;

    private static final TextRule HOST = TextRule.matching("[A-Za-z0-9.:_-]{1,253}", "a host name or an IP address");
    static final Setting<String> HOST_SETTING =
            Setting.text("ingest.host", "0.0.0.0", HOST, "Address on which ingest listens.");
    static final Setting<Integer> PORT = Setting.port("ingest.port", 8080, "Port on which ingest listens.");
    private static final Setting<Integer> BODY_BYTES_MAX = Setting.number(
            "ingest.body-bytes-max",
            BodyLimits.DEFAULT.bytesMax(),
            1_000,
            BODY_BYTES_CEILING,
            "Largest body that is accepted, in bytes; a larger one is answered 413.");
    private static final Setting<Duration> BODY_GRACE = Setting.duration(
            "ingest.body-grace",
            BodyLimits.DEFAULT.grace().toSeconds() + "s",
            Duration.ofMillis(200),
            Duration.ofMinutes(5),
            "How long a body may take, besides a second for each so many bytes; one of which nothing comes for so long is answered 408.");
    private static final Setting<Integer> BODY_BYTES_PER_SECOND_MIN = Setting.number(
            "ingest.body-bytes-per-second-min",
            BodyLimits.DEFAULT.bytesPerSecondMin(),
            1,
            1_000_000,
            "So many bytes earn a body a second more; a slower one is answered 408.");
    private static final Setting<Duration> BODY_WAIT = Setting.duration(
            "ingest.body-wait",
            BodyLimits.DEFAULT.longest().toSeconds() + "s",
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            "How long a body may take at most; a slower one is answered 408.");
    private static final Setting<Long> BODIES_BYTES_MAX = HeapShare.setting(
            "ingest.bodies-bytes-max", "Memory in bytes for all bodies that are not whole yet; more are answered 503.");
    private static final Setting<Duration> STOP_GRACE = Setting.duration(
            "ingest.stop-grace",
            "5s",
            Duration.ZERO,
            Duration.ofSeconds(10),
            "How long a stopping ingest goes on answering after /readyz says no, so that proxies notice.");
    private static final Setting<Integer> QUEUE_REQUESTS_MAX = Setting.number(
            "ingest.queue-requests-max",
            10_000,
            1,
            1_000_000,
            "Requests that may wait to be sent to Kafka; more go to the spool.");
    private static final Setting<Long> QUEUE_BYTES_MAX = HeapShare.setting(
            "ingest.queue-bytes-max", "Bytes of bodies that may wait for Kafka's ack; more go to the spool.");
    private static final Setting<Duration> ANSWER_WAIT = Setting.duration(
            "ingest.answer-wait",
            "10s",
            Duration.ofMillis(50),
            Duration.ofSeconds(60),
            "How long a request waits once both Kafka and the spool were asked, before it is answered 503.");
    private static final Setting<Duration> ACK_WAIT = Setting.duration(
            "ingest.ack-wait",
            "250ms",
            Duration.ZERO,
            Duration.ofSeconds(60),
            "How long a request waits for Kafka's ack before its body goes to the spool as well; 0 for always the spool.");
    /** All of them, but those of {@link AccessSettings}, for the documentation. */
    public static final List<Setting<?>> ALL = all();

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(List.of(HOST_SETTING, PORT));
        all.addAll(TlsFiles.settings(ROLE));
        all.addAll(HttpLimits.settings(ROLE));
        all.addAll(List.of(
                BODY_BYTES_MAX,
                BODY_GRACE,
                BODY_BYTES_PER_SECOND_MIN,
                BODY_WAIT,
                BODIES_BYTES_MAX,
                QUEUE_REQUESTS_MAX,
                QUEUE_BYTES_MAX,
                ACK_WAIT,
                ANSWER_WAIT));
        all.addAll(SpoolSettings.ALL);
        all.add(STOP_GRACE);
        return List.copyOf(all);
    }

    /**
     * Reads them; problems are noted in the reader.
     *
     * @param clock says whether the certificate is valid
     */
    public static IngestSettings read(SettingsReader reader, InstantSource clock) {
        BodyLimits body = new BodyLimits(
                reader.read(BODY_BYTES_MAX),
                reader.read(BODY_GRACE),
                reader.read(BODY_BYTES_PER_SECOND_MIN),
                reader.read(BODY_WAIT),
                reader.read(BODIES_BYTES_MAX));
        return new IngestSettings(
                new HttpShell.Listener(
                        new HttpShell.Address(reader.read(HOST_SETTING), reader.read(PORT), PORT.key()),
                        HttpLimits.read(reader, ROLE),
                        TlsFiles.read(reader, ROLE, clock),
                        body.bytesMax()),
                body,
                new Ways(
                        new QueueLimits(reader.read(QUEUE_REQUESTS_MAX), reader.read(QUEUE_BYTES_MAX)),
                        reader.read(ACK_WAIT),
                        reader.read(ANSWER_WAIT),
                        SpoolSettings.read(reader, body.bytesMax())),
                reader.read(STOP_GRACE),
                AccessSettings.read(reader, body.bytesMax()),
                reader.read(Instance.SETTING));
    }

    /** Makes them known to a reader that another role reads from. */
    public static void ignore(SettingsReader reader) {
        ALL.forEach(reader::ignore);
        AccessSettings.ignore(reader);
    }
}
