package dev.mailtide.common.http;

import dev.mailtide.common.settings.Found;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in a PEM file. Problems are noted, one line each, with the path and never with content. */
final class PemFile {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PemFile() {}

    static Optional<String> text(Path path, List<String> problems) {
        try {
            return Optional.of(Files.readString(path, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            problems.add("cannot read " + Found.path(path.toString()) + " ("
                    + e.getClass().getSimpleName() + ")");
            return Optional.empty();
        }
    }

    /** All certificates of the file in their order; none after a problem. */
    static List<X509Certificate> certificates(Path path, List<String> problems) {
        Optional<String> text = text(path, problems);
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : text.map(pem -> blocks(pem, "CERTIFICATE")).orElse(List.of())) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException e) {
            problems.add(path + " holds a certificate that cannot be read");
            return List.of();
        }
        if (text.isPresent() && found.isEmpty()) {
            problems.add(path + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        return found;
    }

    /** The bytes of every block of this kind, such as {@code PRIVATE KEY}. */
    static List<byte[]> blocks(String pem, String kind) {
        List<byte[]> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            if (block.group(1).equals(kind)) {
                found.add(decoded(block.group(2)));
            }
        }
        return found;
    }

    /** What is damaged becomes nothing, so that whoever wants to read a certificate or key from it says that he cannot. */
    private static byte[] decoded(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
