package dev.mailtide.common.http;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Where a server's certificate and key stand, both PEM.
 *
 * @param certificate the server's own certificate, and behind it those that issued it
 * @param key its private key, PKCS#8 and not encrypted
 */
public record TlsFiles(Path certificate, Path key) {

    private static final TextRule PATH = TextRule.matching(
            "(?!-----)[^\\x00\\r\\n]{0,4096}", "the path of a PEM file, or nothing for HTTP without TLS");

    /** The settings of one role, for the documentation. */
    public static List<Setting<?>> settings(String role) {
        return List.of(certificateOf(role), keyOf(role));
    }

    /**
     * Reads the settings and tries the files; problems of both are noted in the reader. Nothing if neither is set: then
     * the role speaks HTTP without TLS.
     */
    public static Optional<TlsFiles> read(SettingsReader reader, String role, InstantSource clock) {
        String certificate = reader.read(certificateOf(role));
        String key = reader.read(keyOf(role));
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            reader.problem(certificateOf(role).key() + " and " + keyOf(role).key()
                    + ": expected both or neither, found only "
                    + (key.isEmpty() ? certificateOf(role) : keyOf(role)).key());
            return Optional.empty();
        }
        TlsFiles files = new TlsFiles(Path.of(certificate), Path.of(key));
        try {
            PemPair.read(files.certificate, files.key, clock.instant());
        } catch (PemPair.Unusable e) {
            e.problems().forEach(problem -> reader.problem(role + ".tls: " + problem));
        }
        return Optional.of(files);
    }

    /** Where the role's certificate stands, if it has one; no file is opened. */
    public static Optional<Path> certificate(SettingsReader reader, String role) {
        return Optional.of(reader.read(certificateOf(role)))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    private static Setting<String> certificateOf(String role) {
        return Setting.text(
                role + ".tls.certificate",
                "",
                PATH,
                "The server's certificate and behind it the chain of its issuers. With the key, it turns HTTPS on.");
    }

    private static Setting<String> keyOf(String role) {
        return Setting.text(
                role + ".tls.key", "", PATH, "The private key of the certificate, PKCS#8 without a password.");
    }
}
