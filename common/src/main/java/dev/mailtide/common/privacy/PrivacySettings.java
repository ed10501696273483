package dev.mailtide.common.privacy;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What each place may hold. Domain topics are filled from the events topic, and answers from that and from state: none can hold
 * what the place before it does not.
 *
 * @param events of the events topic, and of everything on the way to it
 * @param domainTopics of the topics of domains, and of the overflow topic
 * @param state of the recipient's address in the ledger
 * @param api of answers; what is kept there is as the events topic has it
 */
public record PrivacySettings(EventPolicy events, EventPolicy domainTopics, FieldPolicy state, EventPolicy api) {

    /** Everything kept, everywhere. */
    public static final PrivacySettings KEEP_ALL =
            new PrivacySettings(EventPolicy.KEEP_ALL, EventPolicy.KEEP_ALL, FieldPolicy.KEEP, EventPolicy.KEEP_ALL);

    private static final TextRule POLICY =
            TextRule.matching("keep|drop|mask|hmac:[a-z0-9-]{1,16}", "keep, drop, mask or hmac:ID");
    private static final TextRule KEYS = TextRule.matching(
            FieldKeys.TEXT.pattern(),
            "one or more of ID=KEY, divided by white space or commas, ID of 1 to 16 of a-z, 0-9 and -, KEY 64 hex digits");

    private static final Setting<Secret> HMAC_KEYS = Setting.optionalSecret(
            "privacy.hmac-keys",
            KEYS,
            "Keys for policies `hmac:ID`. To rotate, add one with a new ID and name it in the policies; the old one may go.");

    private static final Fields EVENTS = new Fields("events", "keep", "in the events topic");
    private static final Fields DOMAIN_TOPICS = new Fields("domain-topics", "drop", "in the topics of domains");
    private static final Setting<String> STATE = recipient("state", "in the ledger");
    private static final Fields API =
            new Fields("api", "keep", "in answers about messages, events and suppressions, and in the live stream");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = Stream.<List<? extends Setting<?>>>of(
                    List.of(HMAC_KEYS, STATE), API.all(), EVENTS.all(), DOMAIN_TOPICS.all())
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private record Fields(
            Setting<String> recipient,
            Setting<String> subject,
            Setting<String> customHeaders,
            Setting<String> ip,
            Setting<String> userAgent) {

        Fields(String place, String subject, String where) {
            this(
                    PrivacySettings.recipient(place, where),
                    field(place, "subject", subject, "The subject " + where + "."),
                    field(place, "custom-headers", "keep", "Each custom header's value " + where + "."),
                    field(
                            place,
                            "ip",
                            "keep",
                            "The address from which a mail was opened or a link followed, " + where + "."),
                    field(
                            place,
                            "user-agent",
                            "keep",
                            "The program that opened a mail or followed a link, " + where + "."));
        }

        List<Setting<?>> all() {
            return List.of(recipient, subject, customHeaders, ip, userAgent);
        }

        EventPolicy read(SettingsReader reader, Map<String, FieldKey> keys) {
            return new EventPolicy(
                    policy(recipient, reader, keys),
                    policy(subject, reader, keys),
                    policy(customHeaders, reader, keys),
                    policy(ip, reader, keys),
                    policy(userAgent, reader, keys));
        }
    }

    private static Setting<String> recipient(String place, String where) {
        return field(place, "recipient", "keep", "The recipient's address " + where + ".");
    }

    private static Setting<String> field(String place, String name, String fallback, String meaning) {
        return Setting.text("privacy." + place + "." + name, fallback, POLICY, meaning);
    }

    /**
     * Reads them; problems are noted in the reader.
     *
     * @param identityKey the installation's, in hex, which must not be among the keys for pseudonyms; empty for a role
     *     that has none
     */
    public static PrivacySettings read(SettingsReader reader, Secret identityKey) {
        Optional<Secret> secret = reader.find(HMAC_KEYS);
        Map<String, FieldKey> keys =
                secret.map(text -> FieldKeys.read(text, reader)).orElse(Map.of());
        if (secret.filter(text -> FieldKeys.has(text, identityKey)).isPresent()) {
            reader.problem(HMAC_KEYS.key() + ": expected other keys than identity.key, which is never replaced");
        }
        PrivacySettings read = new PrivacySettings(
                EVENTS.read(reader, keys),
                DOMAIN_TOPICS.read(reader, keys),
                policy(STATE, reader, keys),
                API.read(reader, keys));
        for (String field : read.domainTopics.problemsAfter(read.events)) {
            reader.problem(cannotFollow("privacy.domain-topics." + field, "privacy.events." + field));
        }
        if (!read.api.recipient().canFollow(read.state)) {
            reader.problem(cannotFollow(API.recipient().key(), STATE.key()));
        }
        for (String field : read.api.problemsOfChangesAfter(read.events)) {
            reader.problem(cannotFollow("privacy.api." + field, "privacy.events." + field));
        }
        return read;
    }

    private static String cannotFollow(String key, String before) {
        return key + ": expected drop or the same as " + before + ", from where it is filled, since that is not keep";
    }

    private static FieldPolicy policy(Setting<String> setting, SettingsReader reader, Map<String, FieldKey> keys) {
        String text = reader.read(setting);
        return switch (text) {
            case "keep" -> FieldPolicy.KEEP;
            case "drop" -> FieldPolicy.DROP;
            case "mask" -> FieldPolicy.MASK;
            default -> {
                String id = text.substring("hmac:".length());
                Optional<FieldKey> key = Optional.ofNullable(keys.get(id));
                if (key.isEmpty()) {
                    reader.problem(setting.key() + ": expected the ID of a key in " + HMAC_KEYS.key() + ", found '" + id
                            + "'");
                }
                yield key.map(FieldPolicy::hmac).orElse(FieldPolicy.DROP);
            }
        };
    }

    /** What is still to be done to an event of the events topic before it may stand in a domain's topic. */
    public EventPolicy onTheWayToDomains() {
        return domainTopics.equals(events) ? EventPolicy.KEEP_ALL : domainTopics;
    }

    /**
     * What is to be done to an event of the events topic before it may stand in an answer. Also where the topic has the same
     * policy: it did not always, and what stands there stays.
     */
    public EventPolicy onTheWayToAnswers() {
        return api;
    }

    /** Whether answers may hold all that a provider sent; the topics of domains do not matter here. */
    public boolean answersHoldAll() {
        return events.keepsAll() && api.keepsAll();
    }
}
