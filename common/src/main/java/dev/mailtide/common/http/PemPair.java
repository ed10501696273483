package dev.mailtide.common.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate chain and the private key of its first certificate, read from PEM files and checked. Read with what the
 * JDK has: keys are PKCS#8, as certificate authorities and their tools write them today.
 */
final class PemPair {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String CONVERT = "openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one";

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private PemPair(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    private record Sources(Path certificate, Path key) {}

    /** The files cannot be used; holds every problem, one line each, with paths and never with content. */
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient List<String> problems;

        Unusable(List<String> problems) {
            super(String.join("; ", problems));
            this.problems = List.copyOf(problems);
        }

        List<String> problems() {
            return problems;
        }
    }

    /**
     * Reads both files.
     *
     * @param now the certificate must be valid at this time
     * @throws Unusable if one cannot be read, or they do not belong together
     */
    static PemPair read(Path certificate, Path ownKey, Instant now) throws Unusable {
        Sources files = new Sources(certificate, ownKey);
        List<String> problems = new ArrayList<>();
        List<X509Certificate> chain = PemFile.certificates(files.certificate(), problems);
        Optional<String> keyText = PemFile.text(files.key(), problems);
        if (chain.isEmpty()) {
            throw new Unusable(problems);
        }
        X509Certificate own = chain.get(0);
        checkTimes(own, files, now, problems);
        checkOrder(chain, files, problems);
        Optional<PrivateKey> key = keyText.flatMap(text -> keyOf(text, own.getPublicKey(), files, problems));
        if (key.isPresent() && !belong(key.get(), own.getPublicKey())) {
            problems.add("the key in " + files.key() + " is not the one of the certificate in " + files.certificate());
        }
        if (key.isEmpty() || !problems.isEmpty()) {
            throw new Unusable(problems);
        }
        return new PemPair(chain, key.get());
    }

    private static void checkTimes(X509Certificate own, Sources files, Instant now, List<String> problems) {
        if (now.isAfter(own.getNotAfter().toInstant())) {
            problems.add("the certificate in " + files.certificate() + " expired at "
                    + own.getNotAfter().toInstant());
        } else if (now.isBefore(own.getNotBefore().toInstant())) {
            problems.add("the certificate in " + files.certificate() + " is not valid before "
                    + own.getNotBefore().toInstant());
        }
    }

    private static void checkOrder(List<X509Certificate> chain, Sources files, List<String> problems) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!chain.get(i).getIssuerX500Principal().equals(chain.get(i + 1).getSubjectX500Principal())) {
                problems.add("certificate " + (i + 2) + " in " + files.certificate() + " did not issue number "
                        + (i + 1) + "; the server's own comes first, then each one's issuer");
            }
        }
    }

    private static Optional<PrivateKey> keyOf(String pem, PublicKey own, Sources files, List<String> problems) {
        List<byte[]> keys = PemFile.blocks(pem, PKCS8);
        if (keys.size() != 1) {
            problems.add(files.key() + " holds " + what(pem, keys.size()));
            return Optional.empty();
        }
        try {
            return Optional.of(
                    KeyFactory.getInstance(own.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0))));
        } catch (GeneralSecurityException e) {
            problems.add(files.key() + " holds no " + own.getAlgorithm()
                    + " key that can be read, and the certificate in " + files.certificate() + " has one");
            return Optional.empty();
        } finally {
            keys.forEach(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    private static String what(String pem, int keys) {
        if (keys > 1) {
            return keys + " private keys; expected one";
        }
        String upper = pem.toUpperCase(Locale.ROOT);
        if (upper.contains("BEGIN ENCRYPTED PRIVATE KEY") || upper.contains("PROC-TYPE: 4,ENCRYPTED")) {
            return "an encrypted key; expected one without a password, in PKCS#8 form (" + CONVERT + ")";
        }
        return upper.contains("PRIVATE KEY-----")
                ? "a key in another form; expected PKCS#8 (" + CONVERT + ")"
                : "no private key in PEM form (-----BEGIN PRIVATE KEY-----)";
    }

    /** Whether what the one signs, the other confirms. */
    private static boolean belong(PrivateKey key, PublicKey own) {
        String algorithm = switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm();
        };
        try {
            byte[] sample = "the same pair".getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(sample);
            Signature confirming = Signature.getInstance(algorithm);
            confirming.initVerify(own);
            confirming.update(sample);
            return confirming.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** When the first certificate of the chain that does so ends. */
    Instant expiresAt() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** Both in a key store that stands in memory only. */
    KeyStore keyStore(String alias, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(alias, key, password, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK refuses a key store in memory", e);
        }
    }
}
