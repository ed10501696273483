package dev.mailtide.app;

import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.ProcessorSettings;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailtide processor}. */
@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        description = "Aggregates, fans out to per-domain topics, and answers questions. Needs Kafka.")
final class ProcessorCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    ProcessorCommand() {}

    @Override
    public Integer call() throws Exception {
        run(config, Parts.ALL);
        return 0;
    }

    /** Runs all or a part of the processor until the process ends. */
    static void run(ConfigOption config, Parts parts) throws Exception {
        SettingsReader reader = config.reader();
        ProcessorSettings settings =
                parts == Parts.ALL ? ProcessorSettings.read(reader) : ProcessorSettings.readForFanOut(reader);
        KafkaAccess kafka = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        Roles.finish(Roles.Role.PROCESSOR, reader);
        new Foreground()
                .run(process ->
                        new ProcessorService(settings, parts, kafka, topics, InstantSource.system(), process::giveUp));
    }
}
