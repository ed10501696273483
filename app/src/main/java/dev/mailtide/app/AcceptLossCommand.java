package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mailtide accept-loss}. */
@Command(
        name = "accept-loss",
        mixinStandardHelpOptions = true,
        description = {
            "Lets processor and fan-out go on without records that Kafka has deleted before they were read.",
            "Stop all of them first, and wait for 10 s. What is gone is not counted. Lost internal topics cannot be accepted."
        },
        footer = {"", "Says what was accepted; exit code 3 if something cannot be."})
final class AcceptLossCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    AcceptLossCommand() {}

    @Override
    public Integer call() {
        SettingsReader reader = config.reader();
        KafkaAccess kafka = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        ProcessorSettings.ALL.forEach(reader::ignore);
        Roles.finish(Roles.Role.PROCESSOR, reader);
        List<String> accepted = ProcessorService.acceptLoss(kafka, topics);
        PrintWriter out = spec.commandLine().getOut();
        accepted.forEach(line -> out.println("accepted: " + line));
        if (accepted.isEmpty()) {
            out.println("Nothing is lost.");
        }
        return ExitCode.DONE.code();
    }
}
