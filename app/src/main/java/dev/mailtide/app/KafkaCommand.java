package dev.mailtide.app;

import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that looks into the topics or changes them, beside whatever runs: it reads kafka.… and topics.… alone. */
abstract class KafkaCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /** The Kafka of the settings, and how its topics are named there. */
    record Kafka(KafkaAccess access, Topics topics) {}

    final Kafka kafka() {
        SettingsReader reader = config.reader();
        Kafka kafka = new Kafka(KafkaAccess.read(reader), TopicSettings.read(reader));
        IngestSettings.ignore(reader);
        Roles.finish(Roles.Role.INGEST, reader);
        return kafka;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final CommandLine.ParameterException wrong(String why) {
        return new CommandLine.ParameterException(spec.commandLine(), why);
    }
}
