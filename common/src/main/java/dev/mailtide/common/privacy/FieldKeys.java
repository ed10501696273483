package dev.mailtide.common.privacy;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.SettingsReader;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the keys for pseudonyms, by their ids. */
final class FieldKeys {

    private static final String KEY = "[a-z0-9-]{1,16}=[0-9a-fA-F]{64}";

    /** At most a hundred of them. */
    static final Pattern TEXT = Pattern.compile(KEY + "(?:[,\\s]+" + KEY + "){0,99}");

    private FieldKeys() {}

    /** Whether this key, in hex, is among them; an empty one is not. */
    static boolean has(Secret text, Secret key) {
        return !key.reveal().isEmpty()
                && text.reveal()
                        .toLowerCase(Locale.ROOT)
                        .contains("=" + key.reveal().toLowerCase(Locale.ROOT));
    }

    static Map<String, FieldKey> read(Secret text, SettingsReader reader) {
        Map<String, FieldKey> keys = new TreeMap<>();
        for (String one : text.reveal().split("[,\\s]+", -1)) {
            int sign = one.indexOf('=');
            String id = one.substring(0, sign);
            byte[] key = HexFormat.of().parseHex(one.substring(sign + 1));
            if (keys.put(id, new FieldKey(id, new IdentityKey(key))) != null) {
                reader.problem("privacy.hmac-keys: expected each ID once, found '" + id + "' twice");
            }
        }
        return keys;
    }
}
