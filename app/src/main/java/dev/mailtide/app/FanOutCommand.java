package dev.mailtide.app;

import dev.mailtide.processor.ProcessorService.Parts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mailtide fan-out}. */
@Command(
        name = "fan-out",
        mixinStandardHelpOptions = true,
        description = "Fans events out to per-domain topics, and nothing else. Needs Kafka.")
final class FanOutCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    FanOutCommand() {}

    @Override
    public Integer call() throws Exception {
        ProcessorCommand.run(config, Parts.FAN_OUT);
        return 0;
    }
}
