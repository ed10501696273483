package dev.mailtide.common.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads settings from one file and the environment, the environment winning, and gathers every problem before any of
 * them is reported. A key such as {@code ingest.body-bytes-max} is {@code MAILTIDE_INGEST_BODY_BYTES_MAX} in the
 * environment; a secret may stand in a file that {@code <key>-file} or {@code MAILTIDE_<KEY>_FILE} names. What begins
 * with {@code kafka.} is handed to every Kafka client.
 */
public final class SettingsReader {

    /** Goes before every name in the environment. */
    public static final String ENVIRONMENT_PREFIX = "MAILTIDE_";

    private static final String KAFKA = "kafka.";
    private static final String KAFKA_ENVIRONMENT = ENVIRONMENT_PREFIX + "KAFKA_";

    /** Goes behind the key of a secret that stands in a file of its own. */
    public static final String FILE = "-file";

    private static final String DOTTED_FILE = ".file";

    private final Map<String, String> file;
    private final Map<String, String> environment;
    private final Set<String> known = new HashSet<>();
    private final Set<String> unreadable = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param file keys and values of the settings file, flat
     * @param environment all variables of the environment; those without the prefix are not looked at
     */
    public SettingsReader(Map<String, String> file, Map<String, String> environment) {
        this.file = new TreeMap<>(file);
        this.environment = new TreeMap<>(environment);
        // The launcher's own variables are no settings.
        known.add(ENVIRONMENT_PREFIX + "JAVA_OPTS");
        known.add(ENVIRONMENT_PREFIX + "CONFIG");
    }

    /**
     * The value of this setting. If it is missing (and is not optional) or wrong, the problem is noted, nothing is
     * returned, and {@link #finish} will throw.
     */
    public <T> Optional<T> find(Setting<T> setting) {
        Optional<String> text = textOf(setting).or(setting::fallback);
        if (text.isEmpty() && (setting.isOptional() || unreadable.contains(setting.key()))) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            problems.add(setting.key() + ": expected " + setting.expected() + ", found nothing; set "
                    + inEnvironment(setting.key())
                    + (setting.isSecret() ? " or " + inEnvironment(setting.key()) + "_FILE" : ""));
            return Optional.empty();
        }
        Optional<T> value = setting.parser().parse(text.get());
        if (value.isEmpty()) {
            String found = setting.isSecret() ? Found.length(text.get()) : Found.value(text.get());
            problems.add(setting.key() + ": expected " + setting.expected() + ", found " + found);
        }
        return value;
    }

    /** The value of a setting that has a default: after a problem the default goes on, since {@link #finish} throws. */
    public <T> T read(Setting<T> setting) {
        return find(setting)
                .or(() -> setting.fallback().flatMap(setting.parser()::parse))
                .orElseThrow(() -> new IllegalStateException(setting.key() + " has no usable default"));
    }

    /** A secret; after a problem an empty one goes on, since {@link #finish} throws. */
    public Secret readSecret(Setting<Secret> setting) {
        return find(setting).orElse(new Secret(""));
    }

    /** Whether the file says anything about this key. */
    public boolean isInFile(String key) {
        return file.containsKey(key);
    }

    /** Makes a setting known that is not asked for: one of another role, in a file that serves several. */
    public void ignore(Setting<?> setting) {
        String variable = inEnvironment(setting.key());
        known.add(setting.key());
        known.add(variable);
        if (setting.isSecret()) {
            known.add(setting.key() + FILE);
            known.add(variable + "_FILE");
        }
    }

    /**
     * What begins with {@code kafka.}, without that prefix. In the environment, every underscore is a dot. A secret may stand
     * in a file of its own, as others do.
     *
     * @param isSecret whether the value of this key, without the prefix, is a secret
     */
    public Map<String, String> kafka(Predicate<String> isSecret) {
        Map<String, String> inFile = new TreeMap<>();
        file.forEach((key, value) -> putWithout(KAFKA, key, value, inFile));
        Map<String, String> inEnvironment = new TreeMap<>();
        environment.forEach((name, value) -> putWithout(KAFKA_ENVIRONMENT, name, value, inEnvironment));
        Map<String, String> kafka = new TreeMap<>(withoutFiles(inFile, FILE, isSecret));
        Map<String, String> dotted = new TreeMap<>();
        inEnvironment.forEach(
                (name, value) -> dotted.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
        kafka.putAll(withoutFiles(dotted, DOTTED_FILE, isSecret));
        return kafka;
    }

    private static void putWithout(String prefix, String key, String value, Map<String, String> target) {
        if (key.startsWith(prefix)) {
            target.put(key.substring(prefix.length()), value);
        }
    }

    /** The same, with what stands in the files that are named: their keys are those of secrets, and end so. */
    private Map<String, String> withoutFiles(Map<String, String> values, String end, Predicate<String> isSecret) {
        Map<String, String> without = new TreeMap<>();
        values.forEach((key, value) -> {
            String secret = key.endsWith(end) ? key.substring(0, key.length() - end.length()) : "";
            if (!isSecret.test(secret)) {
                without.put(key, value);
            } else if (values.containsKey(secret)) {
                problems.add(KAFKA + secret + " and its file are both set; keep one of them");
            } else {
                contentOf(KAFKA + secret, KAFKA + secret + FILE, value)
                        .ifPresent(content -> without.put(secret, content));
            }
        });
        return without;
    }

    /** Notes a problem that only the caller can see, such as two settings that clash. */
    public void problem(String problem) {
        problems.add(problem);
    }

    /**
     * Call once, when everything has been read.
     *
     * @throws SettingsException if there is any problem, keys that nobody asked for included
     */
    public void finish() {
        file.keySet().stream().filter(this::isUnknown).forEach(this::noteUnknownKey);
        environment.keySet().stream().filter(this::isUnknownVariable).forEach(this::noteUnknownVariable);
        finishSome();
    }

    /**
     * Call instead of {@link #finish} when only some settings were wanted, and the others are for somebody else to check.
     *
     * @throws SettingsException if there is any problem with those that were read
     */
    public void finishSome() {
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private boolean isUnknown(String key) {
        return !key.startsWith(KAFKA) && !known.contains(key);
    }

    private boolean isUnknownVariable(String name) {
        return name.startsWith(ENVIRONMENT_PREFIX) && !name.startsWith(KAFKA_ENVIRONMENT) && !known.contains(name);
    }

    private void noteUnknownKey(String key) {
        problems.add(key + ": no such setting" + nearest(key, "."));
    }

    private void noteUnknownVariable(String name) {
        problems.add(name + ": no such setting in the environment" + nearest(name, ENVIRONMENT_PREFIX));
    }

    /** The known key of the same family that differs least, if any is near. */
    private String nearest(String key, String familyMark) {
        return known.stream()
                .filter(candidate ->
                        candidate.contains(familyMark) && !candidate.startsWith(ENVIRONMENT_PREFIX + "JAVA"))
                .filter(candidate -> EditDistance.between(candidate, key) <= 3)
                .min((a, b) -> EditDistance.between(a, key) - EditDistance.between(b, key))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    private Optional<String> textOf(Setting<?> setting) {
        ignore(setting);
        String key = setting.key();
        String variable = inEnvironment(key);
        Optional<String> fromEnvironment = valueOrFile(environment, variable, variable + "_FILE", setting);
        return fromEnvironment.or(() -> valueOrFile(file, key, key + FILE, setting));
    }

    private Optional<String> valueOrFile(Map<String, String> values, String name, String fileName, Setting<?> setting) {
        Optional<String> value = Optional.ofNullable(values.get(name));
        Optional<String> path = setting.isSecret() ? Optional.ofNullable(values.get(fileName)) : Optional.empty();
        if (value.isPresent() && path.isPresent()) {
            problems.add(name + " and " + fileName + " are both set; keep one of them");
        }
        return value.or(() -> path.flatMap(p -> contentOf(setting.key(), fileName, p)));
    }

    private Optional<String> contentOf(String key, String name, String path) {
        try {
            return Optional.of(Files.readString(Path.of(path)).strip());
        } catch (IOException | InvalidPathException e) {
            problems.add(name + ": expected a file that can be read, found " + Found.path(path) + " ("
                    + e.getClass().getSimpleName() + ")");
            unreadable.add(key);
            return Optional.empty();
        }
    }

    private static String inEnvironment(String key) {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
