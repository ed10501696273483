package dev.mailtide.processor;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.privacy.PrivacySettings;
import dev.mailtide.common.settings.Instance;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.processor.api.ApiSettings;
import dev.mailtide.processor.fanout.FanOutSettings;
import dev.mailtide.processor.peers.PeerSettings;
import dev.mailtide.processor.readmodel.ReadModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What the processor can be told.
 *
 * @param address where the query API listens
 * @param instance this process among those of the same installation
 * @param dataFolder where its state is
 * @param threads that aggregate
 * @param commitInterval how often what was done becomes visible
 * @param rememberFor how long a message is remembered that nothing more is heard of
 * @param fanOut which domains have a topic of their own
 * @param apiToken opens the query API; empty for a fan-out alone, which has none
 * @param peers what it knows of other instances
 * @param privacy what each place may hold of a person
 * @param api what the answers of the query API are told
 * @param readModel lists of events, and suppressions
 * @param identityKey 32 bytes in hex, from which recipient keys are made; empty for a fan-out alone, which makes none
 */
public record ProcessorSettings(
        HttpShell.Address address,
        String instance,
        Path dataFolder,
        int threads,
        Duration commitInterval,
        Duration rememberFor,
        FanOutSettings fanOut,
        Secret apiToken,
        Secret identityKey,
        PeerSettings peers,
        PrivacySettings privacy,
        ApiSettings api,
        ReadModelSettings readModel) {

    /** One that keeps everything everywhere, and whose answers are told nothing. */
    ProcessorSettings(
            HttpShell.Address address,
            String instance,
            Path dataFolder,
            int threads,
            Duration commitInterval,
            Duration rememberFor,
            int ownTopicsMax,
            Secret apiToken,
            Secret identityKey,
            PeerSettings peers) {
        this(
                address,
                instance,
                dataFolder,
                threads,
                commitInterval,
                rememberFor,
                FanOutSettings.upTo(ownTopicsMax),
                apiToken,
                identityKey,
                peers,
                PrivacySettings.KEEP_ALL,
                ApiSettings.DEFAULT,
                ReadModelSettings.DEFAULT);
    }

    private static final TextRule HOST = TextRule.matching("[A-Za-z0-9.:_-]{1,253}", "a host name or an IP address");
    private static final TextRule FOLDER = TextRule.matching("[^\\x00]{1,1000}", "a path");
    private static final TextRule KEY = TextRule.matching("[0-9a-fA-F]{64}", "32 random bytes in hex (64 digits)");

    private static final Setting<String> HOST_SETTING =
            Setting.text("processor.host", "0.0.0.0", HOST, "Address on which the query API listens.");
    private static final Setting<Integer> PORT =
            Setting.port("processor.port", 8081, "Port on which the query API listens.");
    private static final Setting<String> DATA_FOLDER = Setting.text(
            "data-dir",
            "./data",
            FOLDER,
            "Folder for state. Each process needs its own, on a disk that survives a restart.");
    private static final Setting<Integer> THREADS =
            Setting.number("processor.threads", 2, 1, 64, "Threads that aggregate.");
    private static final Setting<Duration> COMMIT_INTERVAL = Setting.duration(
            "processor.commit-interval",
            "200ms",
            Duration.ofMillis(20),
            Duration.ofSeconds(5),
            "How often a transaction ends, and what was done becomes visible to readers.");
    private static final Setting<Duration> REMEMBER_FOR = Setting.duration(
            "processor.remember-for",
            "35d",
            Duration.ofHours(1),
            Duration.ofDays(400),
            "How long a message is remembered that nothing more is heard of; what comes later starts it anew.");
    private static final Setting<Secret> API_TOKEN =
            Setting.secret("api.token", BearerToken.RULE, "The bearer token that opens the query API.");
    private static final Setting<Secret> IDENTITY_KEY = Setting.secret(
            "identity.key",
            KEY,
            "Key under which addresses become recipient keys. Made once and never changed; the same for all processes of an installation.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = all(
            HOST_SETTING,
            PORT,
            Instance.SETTING,
            DATA_FOLDER,
            THREADS,
            COMMIT_INTERVAL,
            REMEMBER_FOR,
            API_TOKEN,
            IDENTITY_KEY);

    private static List<Setting<?>> all(Setting<?>... own) {
        List<Setting<?>> all = new ArrayList<>(List.of(own));
        all.addAll(FanOutSettings.ALL);
        all.addAll(PeerSettings.ALL);
        all.addAll(PrivacySettings.ALL);
        all.addAll(ApiSettings.ALL);
        all.addAll(ReadModelSettings.ALL);
        return List.copyOf(all);
    }

    /** Reads them; problems are noted in the reader. */
    public static ProcessorSettings read(SettingsReader reader) {
        Secret apiToken = reader.readSecret(API_TOKEN);
        PeerSettings peers = PeerSettings.read(reader);
        if (peers.internalSecret().filter(apiToken::equals).isPresent()) {
            reader.problem("internal-secret: expected another text than api.token, which is given to people");
        }
        return read(reader, apiToken, reader.readSecret(IDENTITY_KEY), peers);
    }

    /** Reads what a fan-out alone needs: no secret, since it uses none. */
    public static ProcessorSettings readForFanOut(SettingsReader reader) {
        reader.ignore(API_TOKEN);
        reader.ignore(IDENTITY_KEY);
        return read(reader, new Secret(""), new Secret(""), PeerSettings.readForFanOut(reader));
    }

    private static ProcessorSettings read(
            SettingsReader reader, Secret apiToken, Secret identityKey, PeerSettings peers) {
        return new ProcessorSettings(
                new HttpShell.Address(reader.read(HOST_SETTING), reader.read(PORT), PORT.key()),
                reader.read(Instance.SETTING),
                Path.of(reader.read(DATA_FOLDER)),
                reader.read(THREADS),
                reader.read(COMMIT_INTERVAL),
                reader.read(REMEMBER_FOR),
                FanOutSettings.read(reader),
                apiToken,
                identityKey,
                peers,
                PrivacySettings.read(reader, identityKey),
                ApiSettings.read(reader),
                ReadModelSettings.read(reader));
    }

    /** The key, decoded. */
    IdentityKey identity() {
        return new IdentityKey(HexFormat.of().parseHex(identityKey.reveal()));
    }
}
