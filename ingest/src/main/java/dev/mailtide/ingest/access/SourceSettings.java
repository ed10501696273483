package dev.mailtide.ingest.access;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The settings of one source, all below {@code source.<name>}. */
final class SourceSettings {

    private static final String UNSIGNED = "none";
    private static final String STANDARD_WEBHOOKS = "standard-webhooks";
    private static final int REQUESTS_CEILING = 1_000_000;
    private static final int BODY_BYTES_CEILING = 5_000_000;

    private static final TextRule PROVIDER =
            oneOf(Arrays.stream(Provider.values()).map(Provider::wireName).toList());
    private static final TextRule SIGNATURE = oneOf(List.of(UNSIGNED, STANDARD_WEBHOOKS));
    private static final TextRule SECRET =
            TextRule.matching("[A-Za-z0-9_-]{16,200}", "16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL)");

    private final String name;
    private final Setting<String> provider;
    private final Setting<Secret> secret;
    private final Setting<Secret> secretBesideSignature;
    private final Setting<Secret> secretPrevious;
    private final Setting<String> signature;
    private final Setting<Secret> signingSecret;
    private final Setting<Secret> signingSecretPrevious;
    private final Setting<Networks> allowFrom;
    private final Setting<Integer> requestsPerSecondMax;
    private final Setting<Integer> requestsBurstMax;
    private final Setting<Integer> bodyBytesMax;

    SourceSettings(String name) {
        this.name = name;
        provider =
                Setting.text(key("provider"), Provider.PAUBOX.wireName(), PROVIDER, "Whose webhooks the source sends.");
        String secretMeaning = "The last part of the source's webhook URL. One that signs may do without.";
        secret = Setting.secret(key("secret"), SECRET, secretMeaning);
        secretBesideSignature = Setting.optionalSecret(key("secret"), SECRET, secretMeaning);
        secretPrevious = Setting.optionalSecret(
                key("secret-previous"), SECRET, "The secret before, good until the provider has the new URL.");
        signature = Setting.text(key("signature"), UNSIGNED, SIGNATURE, "How the source signs its webhooks.");
        signingSecret = Setting.optionalSecret(
                key("signing-secret"),
                StandardWebhooks.SECRET_RULE,
                "What the source signs with; must be set if it signs.");
        signingSecretPrevious = Setting.optionalSecret(
                key("signing-secret-previous"),
                StandardWebhooks.SECRET_RULE,
                "The signing secret before, good until the provider signs with the new one.");
        allowFrom = Networks.setting(
                key("allow-from"), "any", Networks.ANY, "From where the source may post; others are answered 403.");
        requestsPerSecondMax = count(
                "requests-per-second-max",
                "Posts per second; more are answered 429, and Paubox loses them. 0: no limit.");
        requestsBurstMax = count(
                "requests-burst-max", "Posts that may come at once after a silence. 0: as many as in one second.");
        bodyBytesMax = Setting.number(
                key("body-bytes-max"),
                0,
                0,
                BODY_BYTES_CEILING,
                "Largest body of the source, in bytes, up to `ingest.body-bytes-max`. 0: that one.");
    }

    private Setting<Integer> count(String what, String meaning) {
        return Setting.number(key(what), 0, 0, REQUESTS_CEILING, meaning);
    }

    private String key(String what) {
        return "source." + name + "." + what;
    }

    List<Setting<?>> all() {
        return List.of(
                provider,
                secret,
                secretPrevious,
                signature,
                signingSecret,
                signingSecretPrevious,
                allowFrom,
                requestsPerSecondMax,
                requestsBurstMax,
                bodyBytesMax);
    }

    /** Problems are noted in the reader. */
    Source read(SettingsReader reader, int bodyBytesMaxOfAll) {
        Optional<SecretPair> signing = signing(reader);
        return new Source(
                name,
                Provider.named(reader.read(provider)).orElse(Provider.PAUBOX),
                pair(signing.isPresent() ? secretBesideSignature : secret, secretPrevious, reader),
                signing,
                reader.read(allowFrom),
                rate(reader),
                bodyBytesMax(reader, bodyBytesMaxOfAll));
    }

    private Optional<SecretPair> signing(SettingsReader reader) {
        boolean signs = reader.read(signature).equals(STANDARD_WEBHOOKS);
        SecretPair secrets = pair(signingSecret, signingSecretPrevious, reader);
        if (signs && secrets.current().isEmpty()) {
            reader.problem(signingSecret.key() + ": expected " + signingSecret.expected() + " that can be used, since "
                    + signature.key() + " is " + STANDARD_WEBHOOKS);
        }
        if (!signs && !secrets.equals(SecretPair.NONE)) {
            // Somebody believes that signatures are checked.
            reader.problem(signingSecret.key() + " is set, and " + signature.key() + " is " + UNSIGNED
                    + "; remove the secret, or set " + STANDARD_WEBHOOKS);
        }
        return signs ? Optional.of(secrets) : Optional.empty();
    }

    private static SecretPair pair(Setting<Secret> current, Setting<Secret> previous, SettingsReader reader) {
        SecretPair pair = new SecretPair(reader.find(current), reader.find(previous));
        if (pair.previous().isPresent() && pair.previous().equals(pair.current())) {
            reader.problem(previous.key() + ": expected another secret than " + current.key() + ", found the same");
        }
        return pair;
    }

    private Optional<RateLimit> rate(SettingsReader reader) {
        int perSecondMax = reader.read(requestsPerSecondMax);
        int burstMax = reader.read(requestsBurstMax);
        if (perSecondMax == 0 && burstMax > 0) {
            reader.problem(requestsBurstMax.key() + " is set, and " + requestsPerSecondMax.key()
                    + " is not; a burst needs a rate");
        }
        return perSecondMax == 0
                ? Optional.empty()
                : Optional.of(new RateLimit(perSecondMax, burstMax == 0 ? perSecondMax : burstMax));
    }

    private int bodyBytesMax(SettingsReader reader, int ofAll) {
        int own = reader.read(bodyBytesMax);
        if (own > ofAll) {
            reader.problem(
                    bodyBytesMax.key() + ": expected at most ingest.body-bytes-max (" + ofAll + "), found " + own);
        }
        return own == 0 ? ofAll : own;
    }

    private static TextRule oneOf(List<String> words) {
        return TextRule.matching(String.join("|", words), "one of: " + String.join(", ", words));
    }
}
