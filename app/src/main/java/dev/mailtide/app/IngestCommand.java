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
        description = "Takes webhooks in and puts their bytes on the raw topic. Needs Kafka.")
final class IngestCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    IngestCommand() {}

    @Override
    public Integer call() throws Exception {
        SettingsReader reader = config.reader();
        IngestSettings settings = IngestSettings.read(reader);
        KafkaAccess kafka = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        Roles.finish(Roles.Role.INGEST, reader);
        new Foreground().run(process -> new IngestService(settings, kafka, topics, InstantSource.system()));
        return 0;
    }
}
