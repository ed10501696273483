package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Which servers the commands believe, over HTTPS. Both servers stand on 127.0.0.1, and one is certified for it. */
class TrustedServersTest {

    @SuppressWarnings("NullAway.Init") // Set once.
    private static TestServer local;

    @SuppressWarnings("NullAway.Init") // Set once.
    private static TestServer publicName;

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start(@TempDir Path first, @TempDir Path second) {
        local = TestServer.certifiedFor("ip:127.0.0.1", first);
        publicName = TestServer.certifiedFor("dns:hooks.example", second);
    }

    @AfterAll
    static void stop() {
        local.close();
        publicName.close();
    }

    @Test
    void a_certificate_whose_issuer_nobody_knows_is_not_trusted() {
        assertThat(run("healthcheck", local.url("/readyz"))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "no answer from " + local.url("/readyz")
                                + " (SSLHandshakeException); trusted: what the issuers known to the JVM have issued, and nothing else\n");
    }

    @Test
    void the_issuer_the_certificate_itself_or_both_may_stand_in_the_file_of_ca() throws IOException {
        Path twoIssuers = Files.writeString(
                folder.resolve("two.pem"),
                "a comment\n" + Files.readString(publicName.issuer()) + Files.readString(local.issuer()));
        for (Path ca : List.of(local.issuer(), local.own(), local.chain(), twoIssuers)) {
            assertThat(healthcheck(local, "--ca", ca.toString())).as("%s", ca).isEqualTo(0);
        }
    }

    @Test
    void with_ca_nothing_else_is_trusted() {
        assertThat(healthcheck(local, "--ca", publicName.issuer().toString())).isEqualTo(1);
    }

    @Test
    void with_ca_the_name_must_be_in_the_certificate() {
        assertThat(healthcheck(publicName, "--ca", publicName.chain().toString()))
                .isEqualTo(1);
    }

    @Test
    void ingest_on_this_machine_is_trusted_by_its_settings_whatever_its_certificate_is_called() throws IOException {
        String config = settings(publicName.port(), publicName.chain());
        assertThat(healthcheck(publicName, "--config", config)).isEqualTo(0);
        assertThat(run("healthcheck", "--config", config, "https://localhost:" + publicName.port() + "/readyz"))
                .isEqualTo(0);
        assertThat(out.toString()).isEqualTo("ok\nok\n");
    }

    @Test
    void ingest_on_this_machine_that_shows_another_certificate_is_not_trusted() throws IOException {
        // Not even one that the first in the file, an issuer, has issued for the right address.
        Path notTheLeaf = local.issuer();
        assertThat(healthcheck(local, "--config", settings(local.port(), notTheLeaf)))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("no answer from " + local.url("/readyz")
                        + " (SSLHandshakeException); trusted: the first certificate in " + notTheLeaf
                        + " (ingest.tls.certificate), and no other\n");
    }

    @Test
    void the_settings_say_nothing_about_a_server_on_another_port() throws IOException {
        assertThat(healthcheck(publicName, "--config", settings(local.port(), publicName.chain())))
                .isEqualTo(1);
        assertThat(err.toString()).contains("known to the JVM");
    }

    @Test
    void without_a_url_the_settings_say_where_ingest_is_and_that_it_speaks_https() throws IOException {
        assertThat(run("healthcheck", "--config", settings(publicName.port(), publicName.chain())))
                .isEqualTo(0);
    }

    @Test
    void mistakes_in_settings_that_a_health_check_does_not_need_are_left_to_the_role() throws IOException {
        Path config = Path.of(settings(publicName.port(), publicName.chain()));
        Files.writeString(config, Files.readString(config) + "ingest.prot: 1\nidentity.key: short\n");
        assertThat(run("healthcheck", "--config", config.toString())).isEqualTo(0);
        Files.writeString(config, "ingest.port: no\n");
        assertThat(run("healthcheck", "--config", config.toString())).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"healthcheck", "send-sample"})
    void a_file_of_ca_without_a_certificate_ends_with_2_and_a_line(String command) throws IOException {
        upFile(local, Optional.empty());
        Path file = folder.resolve("ca.pem");
        List<String> arguments = new ArrayList<>(List.of(command, "--ca", file.toString()));
        arguments.addAll(
                command.equals("healthcheck") ? List.of(local.url("/readyz")) : List.of("--data", folder.toString()));
        String expected = "mailtide: --ca: expected a PEM file with one or more certificates, but ";

        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
        Files.writeString(file, "canary");
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThat(run(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(expected + "cannot read " + file + " (NoSuchFileException)\n"
                        + expected + file + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)\n"
                        + expected + file + " holds a certificate that cannot be read\n");
    }

    @Test
    void a_certificate_of_the_settings_that_is_gone_ends_with_2_and_a_line() throws IOException {
        Path gone = folder.resolve("gone.pem");
        assertThat(healthcheck(local, "--config", settings(local.port(), gone))).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("mailtide: ingest.tls.certificate: expected a PEM file with one or more certificates, but"
                        + " cannot read " + gone + " (NoSuchFileException)\n");
    }

    @Test
    void a_sample_is_answered_200_under_a_certificate_that_ca_or_up_json_names() {
        upFile(local, Optional.empty());
        assertThat(run(
                        "send-sample",
                        "--data",
                        folder.toString(),
                        "--ca",
                        local.issuer().toString()))
                .isEqualTo(0);
        upFile(publicName, Optional.of(publicName.chain()));
        assertThat(run("send-sample", "--data", folder.toString())).isEqualTo(0);
        assertThat(out.toString().lines().filter("answered 200"::equals)).hasSize(2);
    }

    @Test
    void a_server_that_is_not_trusted_gets_no_sample_and_no_secret() {
        int before = local.received().size();
        upFile(local, Optional.of(publicName.chain()));
        assertThat(run("send-sample", "--data", folder.toString())).isEqualTo(3);
        assertThat(run(
                        "send-sample",
                        "--data",
                        folder.toString(),
                        "--ca",
                        publicName.issuer().toString()))
                .isEqualTo(3);
        assertThat(local.received()).hasSize(before);
        assertThat(err.toString())
                .startsWith(
                        "mailtide: no answer from " + local.url("") + " (SSLHandshakeException); trusted: the first ")
                .doesNotContain("canary-secret");
    }

    private int healthcheck(TestServer server, String... options) {
        List<String> arguments = new ArrayList<>(List.of("healthcheck"));
        arguments.addAll(List.of(options));
        arguments.add(server.url("/readyz"));
        return run(arguments.toArray(String[]::new));
    }

    private String settings(int port, Path certificate) throws IOException {
        return Files.writeString(
                        folder.resolve("mailtide.yaml"),
                        "ingest.port: " + port + "\ningest.tls.certificate: \"" + certificate + "\"\n")
                .toString();
    }

    private void upFile(TestServer server, Optional<Path> certificate) {
        new UpFile(
                        server.url("/webhooks/paubox-main/canary-secret"),
                        "http://127.0.0.1:1",
                        "mt_x",
                        "127.0.0.1:1",
                        server.url(""),
                        certificate)
                .writeTo(folder);
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
