package dev.mailtide.app;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.processor.ProcessorSettings;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mailtide config}. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Checks the settings of all roles, or lists what can be set.")
final class ConfigCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--list", description = "List every setting, as the table of docs/configuration.md.")
    private boolean list;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    ConfigCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            out.print(table());
            out.flush();
            return 0;
        }
        SettingsReader reader = config.reader();
        Address ingest =
                IngestSettings.read(reader, InstantSource.system()).listener().address();
        Address processor = ProcessorSettings.read(reader).address();
        KafkaAccess.read(reader);
        TopicSettings.read(reader);
        reader.finish();
        out.println("The settings are good.");
        warnOfOnePort(ingest, processor, reader);
        return 0;
    }

    /**
     * No problem: nobody knows here whether the roles run on one machine. A default that the other port happens to be set to
     * is not worth a word either; {@code up} sees every clash, and does not start.
     */
    private void warnOfOnePort(Address ingest, Address processor, SettingsReader reader) {
        if (ingest.port() == processor.port()
                && reader.isInFile(ingest.setting())
                && reader.isInFile(processor.setting())) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("mailtide: warning: " + ingest.setting() + " and " + processor.setting() + " are both "
                    + ingest.port() + ": both roles cannot run on one machine, nor in 'mailtide up'");
            err.flush();
        }
    }

    /** The settings as a Markdown table. */
    static String table() {
        StringBuilder table = new StringBuilder("| setting | default | expected | meaning |\n|---|---|---|---|\n");
        for (Setting<?> setting : Roles.settings()) {
            String fallback = setting.fallback()
                    .map(text -> text.isEmpty() ? "nothing" : "`" + text + "`")
                    .orElse(setting.isOptional() ? "not set" : "must be set");
            table.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(fallback)
                    .append(" | ");
            table.append(setting.expected().replace("|", "\\|"))
                    .append(" | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        return table.toString();
    }
}
