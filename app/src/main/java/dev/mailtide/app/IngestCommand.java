package dev.mailtide.app;

import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestService;
import dev.mailtide.ingest.IngestSettings;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailtide ingest}. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = "Takes webhooks in and puts their bytes on the raw topic, or in the spool while Kafka is away.")
final class IngestCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    IngestCommand() {}

    @Override
    public Integer call() throws Exception {
        Settings settings = read();
        new Foreground()
                .run(process -> new IngestService(
                        settings.ingest(),
                        () -> Roles.whoMayPost(
                                config.reader(), settings.ingest().body().bytesMax()),
                        settings.kafka(),
                        settings.topics(),
                        InstantSource.system()));
        return 0;
    }

    private record Settings(IngestSettings ingest, KafkaAccess kafka, Topics topics) {}

    private Settings read() {
        SettingsReader reader = config.reader();
        Settings settings = new Settings(
                IngestSettings.read(reader, InstantSource.system()),
                KafkaAccess.read(reader),
                TopicSettings.read(reader));
        Roles.finish(Roles.Role.INGEST, reader);
        return settings;
    }
}
