package dev.mailtide.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.http.HttpShell.Listener;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a client believes, asked of the listener that the services have. Its certificate has signed itself. */
class ServerTrustTest {

    private static final Meters METERS = new Meters();

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static Path served;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static Path other;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static HttpShell shell;

    @BeforeAll
    static void start() throws IOException {
        TlsFiles files = new TlsFiles(folder.resolve("server.pem"), folder.resolve("server.key"));
        TestCertificate.make(folder, "same", "-keyalg", "EC", "-groupname", "secp256r1")
                .writeTo(files);
        served = files.certificate();
        // The same name, and another key.
        TestCertificate second = TestCertificate.make(
                Files.createDirectory(folder.resolve("other")), "same", "-keyalg", "EC", "-groupname", "secp256r1");
        other = Files.writeString(folder.resolve("other.pem"), second.certificatePem());
        Listener listener =
                new Listener(new Address("127.0.0.1", 0, "role.port"), HttpLimits.DEFAULT, Optional.of(files), 1_000);
        shell = HttpShell.start(listener, new Health(), METERS, InstantSource.system(), Optional.empty(), none -> {});
    }

    @AfterAll
    static void stop() {
        shell.close();
        METERS.close();
    }

    @Test
    void a_certificate_that_signed_itself_is_trusted_by_who_has_it() throws Exception {
        assertThat(statusFor(ServerTrust.issuedBy(served, "--ca"))).isEqualTo(200);
        assertThat(statusFor(ServerTrust.exactly(served, "role.tls.certificate")))
                .isEqualTo(200);
    }

    @Test
    void another_certificate_of_the_same_name_is_not_trusted() {
        for (ServerTrust trust :
                new ServerTrust[] {ServerTrust.issuedBy(other, "--ca"), ServerTrust.exactly(other, "a setting")}) {
            assertThatThrownBy(() -> statusFor(trust)).as("%s", trust).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void the_jvm_does_not_know_it() {
        assertThatThrownBy(() -> statusFor(ServerTrust.ofTheJvm())).isInstanceOf(SSLHandshakeException.class);
    }

    private static int statusFor(ServerTrust trust) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + shell.port() + "/livez"))
                .build();
        return trust.client()
                .build()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
