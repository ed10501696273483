package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {

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
                kafka.bootstrap.servers: 127.0.0.1:1
                """.formatted("a".repeat(43), "0f".repeat(32), folder.resolve("data")));
        assertThat(run("processor", "--config", file.toString())).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo(
                        "mailtide: cannot use Kafka at 127.0.0.1:1 (no answer within 10 s); is it running? Set kafka.bootstrap.servers\n");
    }

    @Test
    void a_processor_on_the_folder_of_another_one_says_so_in_one_line_and_ends_with_3() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Path state = Files.createDirectories(folder.resolve("data").resolve("state"));
        Files.writeString(file, """
                api.token: mt_%s
                identity.key: "%s"
                data-dir: "%s"
                kafka.bootstrap.servers: 127.0.0.1:1
                """.formatted("a".repeat(43), "0f".repeat(32), folder.resolve("data")));
        try (FileChannel other = FileChannel.open(
                state.resolve("processor.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(other.tryLock()).isNotNull();
            assertThat(run("processor", "--config", file.toString())).isEqualTo(3);
        }
        assertThat(err.toString())
                .isEqualTo("mailtide: another processor runs on the folder " + state
                        + "; set data-dir to one of its own for each process, and instance to a name of its own\n");
    }

    @Test
    void an_internal_secret_that_is_short_or_the_api_token_ends_with_2() throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        String others = "identity.key: \"" + "0f".repeat(32) + "\"\nsource.paubox-main.secret: 0123456789abcdef\n"
                + "api.token: mt_" + "a".repeat(43) + "\n";
        Files.writeString(file, others + "internal-secret: short\n");
        assertThat(run("config", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "mailtide: internal-secret: expected 24 to 200 visible ASCII characters, found a text of 5 characters\n");
        Files.writeString(file, others + "internal-secret: mt_" + "a".repeat(43) + "\n");
        assertThat(run("config", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .endsWith(
                        "mailtide: internal-secret: expected another text than api.token, which is given to people\n");
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
        Files.writeString(file, "kafka.bootstrap.servers: 127.0.0.1:1\ndata-dir: " + folder.resolve("data") + "\n");
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

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
