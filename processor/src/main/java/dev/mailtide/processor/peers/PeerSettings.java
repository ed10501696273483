package dev.mailtide.processor.peers;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.processor.streams.OnStop;
import java.util.List;
import java.util.Optional;

/**
 * What an instance can be told about the others.
 *
 * @param advertisedHost under which the others reach this one; empty to find it out
 * @param advertisedPort the same; 0 for the port on which it listens
 * @param standbyReplicas how many other instances keep a copy of each store
 * @param onStop whether a stop is for good
 * @param internalSecret what all instances have in common; none where there is only one
 */
public record PeerSettings(
        String advertisedHost,
        int advertisedPort,
        int standbyReplicas,
        OnStop onStop,
        Optional<Secret> internalSecret) {

    /** One instance that knows no others. */
    public static final PeerSettings ALONE = new PeerSettings("", 0, 0, OnStop.STAY, Optional.empty());

    private static final Setting<String> ADVERTISED_HOST = Setting.text(
            "processor.advertised-host",
            "",
            TextRule.matching("[A-Za-z0-9.:_-]{0,253}", "a host name or an IP address"),
            "Under which other instances reach this one; empty: processor.host, or the name of the machine where that is 0.0.0.0.");
    private static final Setting<Integer> ADVERTISED_PORT = Setting.number(
            "processor.advertised-port",
            0,
            0,
            65_535,
            "On which port other instances reach this one; 0: processor.port.");
    private static final Setting<Integer> STANDBY_REPLICAS = Setting.number(
            "processor.standby-replicas",
            0,
            0,
            3,
            "How many other instances keep a copy of each store, to answer from and to take over. With two instances: 1.");
    private static final Setting<OnStop> ON_STOP = Setting.plain(
            "processor.on-stop",
            "stay",
            "stay or leave",
            "Whether the others wait for this instance to come back when it stops (stay, until its session of 10 s ends), or take over at once (leave).",
            PeerSettings::onStop);
    private static final Setting<Secret> INTERNAL_SECRET = Setting.optionalSecret(
            "internal-secret",
            TextRule.matching("[\\x21-\\x7e]{24,200}", "24 to 200 visible ASCII characters"),
            "What instances show one another when they ask; the same for all of them. Needed with more than one instance.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL =
            List.of(ADVERTISED_HOST, ADVERTISED_PORT, STANDBY_REPLICAS, ON_STOP, INTERNAL_SECRET);

    /** Reads them; problems are noted in the reader. */
    public static PeerSettings read(SettingsReader reader) {
        return new PeerSettings(
                reader.read(ADVERTISED_HOST),
                reader.read(ADVERTISED_PORT),
                reader.read(STANDBY_REPLICAS),
                reader.read(ON_STOP),
                reader.find(INTERNAL_SECRET));
    }

    /** Reads what a fan-out alone needs, which nobody asks anything. */
    public static PeerSettings readForFanOut(SettingsReader reader) {
        ALL.forEach(reader::ignore);
        return new PeerSettings("", 0, 0, reader.read(ON_STOP), Optional.empty());
    }

    private static Optional<OnStop> onStop(String text) {
        return switch (text) {
            case "stay" -> Optional.of(OnStop.STAY);
            case "leave" -> Optional.of(OnStop.LEAVE);
            default -> Optional.empty();
        };
    }
}
