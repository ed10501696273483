package dev.mailtide.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.http.HttpShell.Listener;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS from PEM files: what is offered, what is refused at the start, and how files are replaced. */
class TlsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int RELOADS = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private static Path made;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static TestCertificate rsa;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static TestCertificate ec;

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path folder;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private TlsFiles files;

    @AutoClose
    private final Meters meters = new Meters();

    private final AtomicInteger timesAsked = new AtomicInteger();

    private volatile Instant now = Instant.now();

    @BeforeAll
    static void make() {
        rsa = TestCertificate.make(made, "first", "-keyalg", "RSA", "-keysize", "2048", "-validity", "90");
        ec = TestCertificate.make(made, "second", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "90");
    }

    @BeforeEach
    void write() throws IOException {
        files = new TlsFiles(folder.resolve("server.pem"), folder.resolve("server.key"));
        rsa.writeTo(files);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void these_versions_are_spoken_with_either_kind_of_key(String version) throws Exception {
        try (HttpShell shell = start()) {
            assertThat(get(shell.port(), version)).startsWith("HTTP/1.1 200 ");
        }
        ec.writeTo(files);
        try (HttpShell shell = start()) {
            assertThat(get(shell.port(), version)).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            })
    void a_cipher_without_forward_secrecy_or_authentication_is_refused(String suite) throws IOException {
        try (HttpShell shell = start();
                SSLSocket client = socket(shell.port())) {
            client.setEnabledProtocols(new String[] {"TLSv1.2"});
            client.setEnabledCipherSuites(new String[] {suite});
            assertThatThrownBy(client::startHandshake)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    /** The JDK does not speak them any more, so the first message is written by hand. */
    @ParameterizedTest
    @CsvSource({"1.0, 1", "1.1, 2"})
    void older_versions_are_refused(String name, int minor) throws IOException {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        hello[0] = 22;
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte) (hello.length - 5);
        hello[5] = 1;
        hello[8] = (byte) (hello.length - 9);
        hello[9] = 3;
        hello[10] = (byte) minor;
        int at = 9 + 2 + 32 + 1;
        // One suite, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, and no compression.
        hello[at + 1] = 2;
        hello[at + 2] = (byte) 0xC0;
        hello[at + 3] = 0x13;
        hello[at + 4] = 1;
        try (HttpShell shell = start();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
            client.setSoTimeout((int) SOON.toMillis());
            client.getOutputStream().write(hello);
            byte[] answer = client.getInputStream().readAllBytes();
            assertThat(answer)
                    .as("an alert of TLS %s: fatal, protocol_version", name)
                    .hasSize(7);
            assertThat(new int[] {answer[0], answer[5], answer[6]}).containsExactly(21, 2, 70);
        }
    }

    @Test
    void plain_http_on_the_port_for_https_is_not_answered() throws IOException {
        try (HttpShell shell = start();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
            client.setSoTimeout((int) SOON.toMillis());
            client.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP");
        }
    }

    @Test
    void a_certificate_is_replaced_again_and_again_without_one_failed_request() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<Exception> failures = new ArrayList<>();
        Set<X509Certificate> shown = ConcurrentHashMap.newKeySet();
        try (HttpShell shell = start()) {
            Thread load = new Thread(() -> {
                while (!done.get()) {
                    try (SSLSocket client = socket(shell.port())) {
                        assertThat(get(client)).startsWith("HTTP/1.1 200 ");
                        shown.add((X509Certificate) client.getSession().getPeerCertificates()[0]);
                        answered.incrementAndGet();
                    } catch (IOException | AssertionError e) {
                        failures.add(new Exception(e));
                    }
                }
            });
            load.start();
            for (int i = 1; i <= RELOADS; i++) {
                (i % 2 == 1 ? ec : rsa).writeTo(files);
                int taken = i;
                awaitThat(() -> metric("mailtide_tls_certificate_taken_total") == taken);
            }
            done.set(true);
            load.join();
        }
        assertThat(failures).isEmpty();
        assertThat(answered).hasValueGreaterThan(RELOADS);
        assertThat(shown).containsExactlyInAnyOrder(rsa.certificate(), ec.certificate());
    }

    @Test
    void files_that_cannot_be_used_change_nothing_and_are_counted() throws Exception {
        try (HttpShell shell = start()) {
            TestCertificate.replace(files.certificate(), ec.certificatePem());
            awaitThat(() -> metric("mailtide_tls_certificate_refused_total") == 1);
            assertThat(get(shell.port(), "TLSv1.3")).startsWith("HTTP/1.1 200 ");
            TestCertificate.replace(files.key(), ec.keyPem());
            awaitThat(() -> metric("mailtide_tls_certificate_taken_total") == 1);
            Files.delete(files.key());
            awaitThat(() -> metric("mailtide_tls_certificate_refused_total") == 2);
            try (SSLSocket client = socket(shell.port())) {
                assertThat(get(client)).startsWith("HTTP/1.1 200 ");
                assertThat(client.getSession().getPeerCertificates()).containsExactly(ec.certificate());
            }
        }
    }

    @Test
    void a_certificate_whose_time_has_not_come_is_taken_when_it_has() throws Exception {
        TestCertificate next = TestCertificate.make(
                folder, "next", "-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "+1d", "-validity", "90");
        try (HttpShell shell = start()) {
            TestCertificate.replace(files.certificate(), next.certificatePem());
            awaitThat(() -> metric("mailtide_tls_certificate_refused_total") == 1);
            TestCertificate.replace(files.key(), next.keyPem());
            // Both are in place and were looked at: now the time is the only problem.
            awaitThat(() -> metric("mailtide_tls_certificate_refused_total") == 2);
            assertThat(metric("mailtide_tls_certificate_failing")).isEqualTo(1);
            now = next.certificate().getNotBefore().toInstant().plusSeconds(1);
            awaitThat(() -> metric("mailtide_tls_certificate_taken_total") == 1);
            assertThat(metric("mailtide_tls_certificate_failing")).isZero();
            try (SSLSocket client = socket(shell.port())) {
                assertThat(get(client)).startsWith("HTTP/1.1 200 ");
                assertThat(client.getSession().getPeerCertificates()).containsExactly(next.certificate());
            }
        }
    }

    @Test
    void a_problem_that_stays_is_counted_once_and_is_over_when_the_old_files_are_back() throws Exception {
        try (HttpShell shell = start()) {
            Files.delete(files.key());
            awaitThat(() -> metric("mailtide_tls_certificate_refused_total") == 1);
            // Each look asks for the time, and nothing else does before the metrics are read again.
            int before = timesAsked.get();
            awaitThat(() -> timesAsked.get() >= before + 3);
            assertThat(metric("mailtide_tls_certificate_refused_total")).isEqualTo(1);
            assertThat(metric("mailtide_tls_certificate_failing")).isEqualTo(1);
            rsa.writeTo(files);
            awaitThat(() -> metric("mailtide_tls_certificate_failing") == 0);
            assertThat(metric("mailtide_tls_certificate_taken_total")).isZero();
            assertThat(get(shell.port(), "TLSv1.3")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void the_time_that_is_left_is_a_metric() {
        Instant end = rsa.certificate().getNotAfter().toInstant();
        now = end.minusSeconds(1_000);
        try (HttpShell shell = start()) {
            assertThat(shell.port()).isPositive();
            assertThat(metric("mailtide_tls_certificate_expires_seconds")).isEqualTo(1_000);
        }
    }

    @Test
    void good_files_and_no_files_are_no_problem() {
        assertThat(problems(Map.of())).isEmpty();
        assertThat(problems(settings())).isEmpty();
    }

    @Test
    void a_chain_in_order_is_no_problem_and_one_out_of_order_is_named() throws IOException {
        // It signed itself, so it is its own issuer.
        TestCertificate.replace(files.certificate(), rsa.certificatePem() + rsa.certificatePem());
        assertThat(problems(settings())).isEmpty();
        TestCertificate.replace(files.certificate(), rsa.certificatePem() + ec.certificatePem());
        assertThat(problems(settings()))
                .containsExactly("role.tls: certificate 2 in " + files.certificate()
                        + " did not issue number 1; the server's own comes first, then each one's issuer");
    }

    @Test
    void one_file_without_the_other_is_a_problem() {
        assertThat(problems(Map.of("role.tls.key", files.key().toString())))
                .containsExactly(
                        "role.tls.certificate and role.tls.key: expected both or neither, found only role.tls.key");
    }

    @Test
    void files_that_are_not_there_are_both_named() throws IOException {
        Files.delete(files.certificate());
        Files.delete(files.key());
        assertThat(problems(settings()))
                .containsExactly(
                        "role.tls: cannot read " + files.certificate() + " (NoSuchFileException)",
                        "role.tls: cannot read " + files.key() + " (NoSuchFileException)");
    }

    @Test
    void a_key_of_another_certificate_is_a_problem() throws IOException {
        TestCertificate other = TestCertificate.make(folder, "third", "-keyalg", "RSA", "-keysize", "2048");
        TestCertificate.replace(files.key(), other.keyPem());
        assertThat(problems(settings()))
                .containsExactly("role.tls: the key in " + files.key() + " is not the one of the certificate in "
                        + files.certificate());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENCRYPTED PRIVATE KEY | an encrypted key; expected one without a password",
                "RSA PRIVATE KEY | a key in another form; expected PKCS#8",
                "EC PRIVATE KEY | a key in another form; expected PKCS#8",
                "PUBLIC KEY | no private key in PEM form",
            })
    void a_key_in_another_form_is_named_with_what_to_do(String kind, String said) throws IOException {
        TestCertificate.replace(files.key(), TestCertificate.pem(kind, new byte[100]));
        assertThat(problems(settings()))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("role.tls: " + files.key() + " holds " + said);
    }

    @Test
    void a_certificate_that_is_over_or_not_begun_is_a_problem() {
        now = rsa.certificate().getNotAfter().toInstant().plusSeconds(1);
        assertThat(problems(settings()))
                .containsExactly("role.tls: the certificate in " + files.certificate() + " expired at "
                        + rsa.certificate().getNotAfter().toInstant());
        now = rsa.certificate().getNotBefore().toInstant().minusSeconds(1);
        assertThat(problems(settings()))
                .containsExactly("role.tls: the certificate in " + files.certificate() + " is not valid before "
                        + rsa.certificate().getNotBefore().toInstant());
    }

    @Test
    void a_file_that_holds_something_else_is_a_problem_without_its_content() throws IOException {
        TestCertificate.replace(files.certificate(), "canary");
        assertThat(problems(settings()))
                .containsExactly("role.tls: " + files.certificate()
                        + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    /** Cut in the middle of four characters: the decoder of the JDK throws something of its own. */
    @Test
    void damaged_files_are_named() throws IOException {
        TestCertificate.replace(files.certificate(), "-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n");
        assertThat(problems(settings()))
                .containsExactly("role.tls: " + files.certificate() + " holds a certificate that cannot be read");
        rsa.writeTo(files);
        TestCertificate.replace(files.key(), "-----BEGIN PRIVATE KEY-----\nAAAAA\n-----END PRIVATE KEY-----\n");
        assertThat(problems(settings()))
                .containsExactly("role.tls: " + files.key()
                        + " holds no RSA key that can be read, and the certificate in " + files.certificate()
                        + " has one");
    }

    private Map<String, String> settings() {
        return Map.of(
                "role.tls.certificate",
                files.certificate().toString(),
                "role.tls.key",
                files.key().toString());
    }

    private List<String> problems(Map<String, String> settings) {
        SettingsReader reader = new SettingsReader(settings, Map.of());
        TlsFiles.read(reader, "role", () -> now);
        try {
            reader.finish();
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    private HttpShell start() {
        InstantSource clock = () -> {
            timesAsked.incrementAndGet();
            return now;
        };
        Listener listener =
                new Listener(new Address("127.0.0.1", 0, "role.port"), HttpLimits.DEFAULT, Optional.of(files), 1_000);
        return HttpShell.start(listener, new Health(), meters, clock, Optional.empty(), none -> {});
    }

    private static String get(int port, String version) throws IOException {
        try (SSLSocket client = socket(port)) {
            client.setEnabledProtocols(new String[] {version});
            return get(client);
        }
    }

    private static String get(SSLSocket client) throws IOException {
        // The host is not in the certificate, as with a health check by address.
        client.getOutputStream()
                .write("GET /livez HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static SSLSocket socket(int port) throws IOException {
        try {
            // A context of its own each time, so that no session is resumed.
            SSLContext trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new TrustAll()}, null);
            SSLSocket socket =
                    (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) SOON.toMillis());
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitThat(Callable<Boolean> condition) {
        await().atMost(SOON).until(condition);
    }
}
