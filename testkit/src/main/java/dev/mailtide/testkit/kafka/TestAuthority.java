package dev.mailtide.testkit.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One who issues certificates, made with the JDK's keytool. Whom one authority has certified, another does not know. */
public final class TestAuthority {

    private static final String PASSWORD = "only-for-a-test";
    private static final String ISSUER = "issuer";

    private final Path store;

    private TestAuthority(Path store) {
        this.store = store;
    }

    /**
     * A certificate and its key.
     *
     * @param chain in PEM form, the own certificate first
     * @param key in PEM form, PKCS 8, not encrypted
     */
    public record Certified(String chain, String key) {}

    /**
     * A new one, whom nobody trusts yet.
     *
     * @param store a file that is not there yet
     */
    public static TestAuthority make(Path store) {
        TestAuthority made = new TestAuthority(store);
        made.keytool(ISSUER, "-ext", "bc:c");
        return made;
    }

    /** A new certificate for this common name, good for servers at 127.0.0.1 and for clients. */
    public Certified certify(String name) {
        keytool(name, "-signer", ISSUER, "-ext", "san=ip:127.0.0.1");
        try {
            String key = pem(
                    "PRIVATE KEY", keys().getKey(name, PASSWORD.toCharArray()).getEncoded());
            return new Certified(certificate(name) + certificate(ISSUER), key);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The authority's own certificate in PEM form: who has it trusts all that it has certified. */
    public String certificate() {
        try {
            return certificate(ISSUER);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String certificate(String alias) throws IOException, GeneralSecurityException {
        Certificate certificate = keys().getCertificate(alias);
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }

    private void keytool(String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(Arrays.asList(more));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
