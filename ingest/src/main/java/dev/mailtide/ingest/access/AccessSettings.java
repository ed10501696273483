package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who may post. All of this but {@code reloadEvery} can change while the process runs.
 *
 * @param sources who may post, each name once
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param signatureTolerance how far the time of a signature may be from ours
 * @param reloadEvery how often the settings are looked at
 */
public record AccessSettings(
        List<Source> sources, Networks trustedProxies, Duration signatureTolerance, Duration reloadEvery) {

    private static final TextRule NAME = TextRule.matching(
            "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", "1 to 40 of a-z 0-9 -, with no hyphen at either end");

    private static final Setting<List<String>> SOURCES =
            Setting.list("ingest.sources", "paubox-main", NAME, "Names of the sources that may post.");
    private static final Setting<Networks> TRUSTED_PROXIES = Networks.setting(
            "ingest.trusted-proxies",
            "none",
            Networks.NONE,
            "Proxies of yours in front of ingest: what they write into `X-Forwarded-For` is believed.");
    private static final Setting<Duration> SIGNATURE_TOLERANCE = Setting.duration(
            "ingest.signature-tolerance",
            "5m",
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "How far the time of a signature may be from ours, either way.");
    private static final Setting<Duration> RELOAD_EVERY = Setting.duration(
            "ingest.reload-every",
            "2s",
            Duration.ofMillis(50),
            Duration.ofHours(1),
            "How often the settings of sources are looked at; a change counts once it has been seen twice.");

    /** All of them, for the documentation; {@code NAME} stands for the name of a source. */
    public static final List<Setting<?>> ALL = Stream.concat(
                    Stream.of(SOURCES, TRUSTED_PROXIES, SIGNATURE_TOLERANCE, RELOAD_EVERY),
                    new SourceSettings("NAME").all().stream())
            .toList();

    /** Copies the list. */
    public AccessSettings {
        sources = List.copyOf(sources);
    }

    /** These sources, and the default of everything else. */
    public static AccessSettings of(List<Source> sources) {
        return new AccessSettings(sources, Networks.NONE, Duration.ofMinutes(5), Duration.ofSeconds(2));
    }

    /**
     * Reads them; problems are noted in the reader.
     *
     * @param bodyBytesMax the limit that no source may exceed
     */
    public static AccessSettings read(SettingsReader reader, int bodyBytesMax) {
        return new AccessSettings(
                reader.read(SOURCES).stream()
                        .map(name -> new SourceSettings(name).read(reader, bodyBytesMax))
                        .toList(),
                trustedProxies(reader),
                reader.read(SIGNATURE_TOLERANCE),
                reader.read(RELOAD_EVERY));
    }

    private static Networks trustedProxies(SettingsReader reader) {
        Networks proxies = reader.read(TRUSTED_PROXIES);
        if (proxies.haveAllOfAKind()) {
            reader.problem(TRUSTED_PROXIES.key() + ": expected your own proxies, found every address there is; anybody"
                    + " could say then where a post comes from");
        }
        return proxies;
    }

    /** Makes them known to a reader that another role reads from. */
    public static void ignore(SettingsReader reader) {
        ALL.forEach(reader::ignore);
        reader.read(SOURCES).forEach(source -> ignoreSource(source, reader));
    }

    /** Makes the settings of one source known, whether it is among the sources or not. */
    public static void ignoreSource(String source, SettingsReader reader) {
        new SourceSettings(source).all().forEach(reader::ignore);
    }
}
