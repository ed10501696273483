package dev.mailtide.app;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestService;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.ProcessorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mailtide up}: everything in this JVM, on an embedded broker, on the loopback address only. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs ingest, processor and an embedded Kafka broker in one process, on 127.0.0.1 only.",
            "Prints where to post webhooks and where to ask, and writes the same to up.json in the data folder."
        })
final class UpCommand implements Callable<Integer> {

    private static final int PORTS_FALLBACK = 8080;
    private static final int KAFKA_PORT_FALLBACK = 9092;
    private static final int PORTS_MAX = 65_532;
    private static final String FIRST_SOURCE = "paubox-main";
    private static final String LOOPBACK = "127.0.0.1";

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Folder for everything that stays: broker, state, secrets (default: ./${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(
            names = "--ports",
            paramLabel = "N",
            description =
                    "Use ports N, N+1, N+2 and N+3 instead of 8080, 8081, 8082 and 9092, so that several can run side by side.")
    private Optional<Integer> ports = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    UpCommand() {}

    @Override
    public Integer call() throws Exception {
        if (ports.filter(first -> first < 1 || first > PORTS_MAX).isPresent()) {
            throw new SettingsException(
                    List.of("--ports: expected a port from 1 to " + PORTS_MAX + ", found " + ports.get()));
        }
        new Foreground().run(this::start);
        return 0;
    }

    private AutoCloseable start(Foreground process) {
        int kafkaPort = ports.map(first -> first + 3).orElse(KAFKA_PORT_FALLBACK);
        Shutdown shutdown = new Shutdown("up");
        shutdown.onStop("release the folder", DataLock.take(data));
        UpSecrets secrets = UpSecrets.in(data);
        Settings settings = read(secrets, kafkaPort);
        Map<String, String> client = new TreeMap<>(settings.kafka().settings());
        client.put("bootstrap.servers", LOOPBACK + ":" + kafkaPort);
        KafkaAccess kafka = new KafkaAccess(client);

        try {
            shutdown.onStop("stop the broker", broker(kafkaPort));
            shutdown.onStop(
                    "stop the processor",
                    new ProcessorService(
                            settings.processor(),
                            Parts.ALL,
                            kafka,
                            settings.topics(),
                            InstantSource.system(),
                            process::giveUp));
            shutdown.onStop(
                    "stop ingest",
                    new IngestService(
                            settings.ingest(),
                            () -> Roles.whoMayPost(
                                    reader(secrets), settings.ingest().body().bytesMax()),
                            kafka,
                            settings.topics(),
                            InstantSource.system()));
            UpFile.of(settings.ingest(), settings.processor(), kafka)
                    .writeTo(data)
                    .printTo(spec.commandLine().getOut());
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        return shutdown;
    }

    private record Settings(IngestSettings ingest, ProcessorSettings processor, Topics topics, KafkaAccess kafka) {}

    private SettingsReader reader(UpSecrets secrets) {
        SettingsReader reader = config.reader(fallbacks(secrets));
        // Its secret is among the fallbacks, though a settings file may name other sources.
        AccessSettings.ignoreSource(FIRST_SOURCE, reader);
        return reader;
    }

    private Settings read(UpSecrets secrets, int kafkaPort) {
        SettingsReader reader = reader(secrets);
        Settings settings = new Settings(
                IngestSettings.read(reader, InstantSource.system()),
                ProcessorSettings.read(reader),
                TopicSettings.read(reader),
                KafkaAccess.read(reader));
        List<Integer> ports = List.of(
                settings.ingest().listener().address().port(),
                settings.processor().address().port(),
                kafkaPort);
        requireDifferent(ports, reader);
        reader.finish();
        return settings;
    }

    private static void requireDifferent(List<Integer> used, SettingsReader reader) {
        if (Set.copyOf(used).size() < used.size()) {
            reader.problem(
                    "ingest.port, processor.port and Kafka's port: expected three different ports, found " + used);
        }
    }

    private EmbeddedBroker broker(int port) {
        try {
            OwnerOnly.createFolders(data.resolve("kafka"));
            return EmbeddedBroker.start(data.resolve("kafka"), port);
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot start the embedded broker on " + LOOPBACK + ":" + port + " in " + data.resolve("kafka")
                            + " (" + e.getMessage() + "); is another one running? Try --ports 18080 and --data DIR",
                    e);
        }
    }

    /** What `up` decides where the settings do not say otherwise. */
    private Map<String, String> fallbacks(UpSecrets secrets) {
        Map<String, String> values = new TreeMap<>();
        values.put("ingest.host", LOOPBACK);
        values.put("processor.host", LOOPBACK);
        values.put("ingest.port", Integer.toString(ports.orElse(PORTS_FALLBACK)));
        values.put("processor.port", Integer.toString(ports.orElse(PORTS_FALLBACK) + 1));
        // No proxy stands in front.
        values.put("ingest.stop-grace", "0s");
        values.put("data-dir", data.toString());
        values.put("spool.dir", data.resolve("spool").toString());
        values.put("source." + FIRST_SOURCE + ".secret", secrets.webhookSecret());
        values.put("api.token", secrets.apiToken());
        values.put("identity.key", secrets.identityKey());
        return values;
    }
}
