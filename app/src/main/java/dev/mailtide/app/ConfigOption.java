package dev.mailtide.app;

import dev.mailtide.common.settings.SettingsFile;
import dev.mailtide.common.settings.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The option that names the settings file, for every role that has settings. */
final class ConfigOption {

    private static final Path FALLBACK = Path.of("mailtide.yaml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings file (default: MAILTIDE_CONFIG, else mailtide.yaml if there is one).")
    private Optional<Path> file = Optional.empty();

    ConfigOption() {}

    /** The settings of file and environment. */
    SettingsReader reader() {
        return reader(Map.of());
    }

    /** The same, with these values where the file has none. */
    SettingsReader reader(Map<String, String> fallbacks) {
        Map<String, String> inFile = inFile();
        Map<String, String> values = new TreeMap<>(fallbacks);
        // A secret in a file of its own is given, too.
        values.keySet().removeIf(key -> inFile.containsKey(key + SettingsReader.FILE));
        values.putAll(inFile);
        return new SettingsReader(values, System.getenv());
    }

    private Map<String, String> inFile() {
        Optional<Path> named = file.or(
                () -> Optional.ofNullable(System.getenv("MAILTIDE_CONFIG")).map(Path::of));
        if (named.isPresent()) {
            return SettingsFile.read(named.get());
        }
        return Files.exists(FALLBACK) ? SettingsFile.read(FALLBACK) : Map.of();
    }
}
