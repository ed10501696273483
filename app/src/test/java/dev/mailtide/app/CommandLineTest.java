package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {

    /** Where nobody listens; by default a client tries that again for ten seconds. */
    private static final String NO_KAFKA = """
            kafka.bootstrap.servers: 127.0.0.1:1
            kafka.request.timeout.ms: 100
            kafka.default.api.timeout.ms: 100""";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void every_problem_with_the_settings_is_printed_at_once_and_none_shows_a_secret() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(file, """
                ingest:
                  port: 99999
                  sources: [Main!, two]
                  prot: 1
                api:
                  token: canary-secret
                kafka:
                  acks: "1"
                """);
        assertThat(run("config", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("""
                        mailtide: 7 problems with the settings:
                          ingest.port: expected a whole number from 1 to 65535, found '99999'
                          ingest.sources: expected a list divided by commas, each 1 to 40 of a-z 0-9 -, with no hyphen at either end, found 'Main!,two'
                          source.paubox-main.secret: expected 16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL), found nothing; set MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET or MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET_FILE
                          api.token: expected mt_ and 32 random bytes in base64url (43 characters), found a text of 13 characters
                          identity.key: expected 32 random bytes in hex (64 digits), found nothing; set MAILTIDE_IDENTITY_KEY or MAILTIDE_IDENTITY_KEY_FILE
                          kafka.acks: expected all, since a promise rests on it, found '1'; leave it out
                          ingest.prot: no such setting; did you mean ingest.port?
                        """);
    }

    @Test
    void good_settings_are_called_good() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(file, """
                source.paubox-main.secret: 0123456789abcdef
                api.token: mt_%s
                identity.key: "%s"
                """.formatted("a".repeat(43), "0f".repeat(32)));
        assertThat(run("config", "--config", file.toString())).isEqualTo(0);
        assertThat(out.toString()).isEqualTo("The settings are good.\n");
    }

    @Test
    void a_processor_without_kafka_says_so_in_one_line_and_ends_with_3() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(file, """
                api.token: mt_%s
                identity.key: "%s"
                data-dir: "%s"
                %s
                """.formatted("a".repeat(43), "0f".repeat(32), folder.resolve("data"), NO_KAFKA));
        assertThat(run("processor", "--config", file.toString())).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo(
                        "mailtide: cannot use Kafka at 127.0.0.1:1 (no answer within 100 ms); is it running? Set kafka.bootstrap.servers\n");
    }

    @Test
    void an_unknown_command_or_option_ends_with_2() {
        assertThat(run("fly")).isEqualTo(2);
        assertThat(run("up", "--wings")).isEqualTo(2);
        assertThat(run("up", "--ports", "70000")).isEqualTo(2);
        assertThat(run("up", "--ports", "0")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void two_listeners_on_one_port_end_with_2_before_a_port_opens() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        // The file's own secret stands in a file: up has one, too, and must not say that both are set.
        Files.writeString(folder.resolve("token"), "mt_" + "a".repeat(43));
        Files.writeString(file, "processor.port: 18090\napi.token-file: " + folder.resolve("token") + "\n");
        Path data = folder.resolve("data");
        assertThat(run("up", "--config", file.toString(), "--data", data.toString(), "--ports", "18090"))
                .isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "mailtide: ingest.port, processor.port and Kafka's port: expected three different ports, found [18090, 18090, 18093]\n");
    }

    @Test
    void a_fan_out_alone_needs_no_secret() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(file, NO_KAFKA + "\ndata-dir: " + folder.resolve("data") + "\n");
        assertThat(run("fan-out", "--config", file.toString())).isEqualTo(3);
        assertThat(err.toString()).startsWith("mailtide: cannot use Kafka at 127.0.0.1:1");
    }

    @Test
    void a_data_folder_that_cannot_be_written_ends_with_3() throws IOException {
        Path file = folder.resolve("a-file");
        Files.writeString(file, "not a folder");
        assertThat(run("up", "--data", file.toString())).isEqualTo(3);
        assertThat(err.toString())
                .startsWith("mailtide: cannot use the folder ")
                .hasLineCount(1);
    }

    @Test
    void asking_a_role_that_is_not_there_for_its_health_ends_with_1() {
        assertThat(run("healthcheck", "http://127.0.0.1:1/readyz")).isEqualTo(1);
    }

    @Test
    void a_url_that_cannot_be_asked_or_read_is_not_printed_with_what_may_be_a_secret() {
        assertThat(run("healthcheck", "http://me:canary@127.0.0.1:1/webhooks/main/canary?token=canary#canary"))
                .isEqualTo(1);
        assertThat(run("healthcheck", "mailto:canary")).isEqualTo(1);
        assertThat(run("healthcheck", "http://127.0.0.1/ canary")).isEqualTo(2);
        assertThat(run("healthcheck", "http://127.0.0.1:1", "canary")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("""
                        no answer from http://127.0.0.1:1 (ConnectException)
                        no answer from a text of 13 characters without a host (IllegalArgumentException)
                        mailtide: URL: expected one such as http://127.0.0.1:8080/readyz, found a text of 24 characters
                        mailtide: URL: expected one at most, found 2
                        """);
    }

    @Test
    void a_secret_in_the_wrong_line_is_not_printed() throws IOException {
        String secret = "canary-0123456789";
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(file, """
                ingest.port: %1$s
                ingest.prot: %1$s
                ingest.tls.certificate: certificate.pem
                ingest.tls.key: "-----BEGIN PRIVATE KEY----- %1$s"
                kafka.acks: %1$s
                source.paubox-main.secret-file: %1$s
                source.paubox-main.provider: %1$s
                api.token: mt_%2$s
                identity.key: "%3$s"
                """.formatted(secret, "a".repeat(43), "0f".repeat(32)));
        assertThat(run("config", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("""
                        mailtide: 7 problems with the settings:
                          ingest.port: expected a whole number from 1 to 65535, found a text of 17 characters
                          ingest.tls.key: expected the path of a PEM file, or nothing for HTTP without TLS, found a text of 45 characters
                          ingest.tls.certificate and ingest.tls.key: expected both or neither, found only ingest.tls.certificate
                          source.paubox-main.provider: expected one of: paubox, found a text of 17 characters
                          source.paubox-main.secret-file: expected a file that can be read, found a text of 17 characters (NoSuchFileException)
                          kafka.acks: expected all, since a promise rests on it, found a text of 17 characters; leave it out
                          ingest.prot: no such setting; did you mean ingest.port?
                        """);
    }

    @Test
    void a_port_that_two_roles_have_in_one_file_is_a_warning_since_they_may_run_on_two_machines() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        String rest = """
                source.paubox-main.secret: 0123456789abcdef
                api.token: mt_%s
                identity.key: "%s"
                """.formatted("a".repeat(43), "0f".repeat(32));
        Files.writeString(file, rest + "processor.port: 8080\n");
        assertThat(run("config", "--config", file.toString())).isEqualTo(0);
        Files.writeString(file, rest + "processor.port: 8090\ningest.port: 8090\n");
        assertThat(run("config", "--config", file.toString())).isEqualTo(0);
        assertThat(out.toString()).isEqualTo("The settings are good.\n".repeat(2));
        assertThat(err.toString())
                .isEqualTo("mailtide: warning: ingest.port and processor.port are both 8090: both roles cannot run"
                        + " on one machine, nor in 'mailtide up'\n");
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
