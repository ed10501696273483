package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path data = Path.of("");

    @Test
    void without_up_json_one_line_says_what_to_run_and_the_exit_code_is_3() {
        assertThat(run("--data", data.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("no up.json").contains("run `./mailtide up` first");
    }

    @Test
    void an_up_json_that_cannot_be_understood_is_no_running_product() throws IOException {
        Files.writeString(data.resolve("up.json"), "{\"webhookUrl\":");
        assertThat(run("--data", data.toString())).isEqualTo(3);
        assertThat(err.toString()).contains("cannot be understood");
    }

    @Test
    void when_nothing_answers_any_more_the_exit_code_is_3_and_nothing_secret_is_shown() throws IOException {
        HttpServer server = listening();
        writeUpFile(server);
        server.stop(0);
        assertThat(run("--data", data.toString(), "--events", "10")).isEqualTo(3);
        assertThat(err.toString()).contains("nothing answers").contains("run `./mailtide up` first");
        assertThat(err.toString() + out).doesNotContain("s3cret", "mt_token");
    }

    @Test
    void a_token_that_the_api_refuses_ends_with_1() throws IOException {
        HttpServer server = listening();
        server.createContext("/v1/domains", exchange -> exchange.sendResponseHeaders(401, -1));
        writeUpFile(server);
        assertThat(run("--data", data.toString(), "--events", "10")).isEqualTo(1);
        assertThat(err.toString()).contains("the API refuses the token").doesNotContain("mt_token");
        server.stop(0);
    }

    @Test
    void a_404_that_is_not_the_apis_own_is_no_empty_baseline() throws IOException {
        HttpServer server = listening();
        writeUpFile(server);
        assertThat(run("--data", data.toString(), "--events", "10")).isEqualTo(1);
        assertThat(err.toString()).contains("404 without a problem document");
        server.stop(0);
    }

    @Test
    void all_wrong_options_are_named_at_once_with_what_was_expected() {
        assertThat(run("--events", "0", "--rate", "-1", "--connections", "5000", "--patience", "1"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--events must be between 1 and 2000000, but is 0")
                .contains("--rate must be between 0 and 1000000, but is -1")
                .contains("--connections must be between 1 and 1000, but is 5000")
                .contains("--patience must be between 5 and 86400, but is 1");
    }

    @Test
    void an_option_that_is_no_number_is_named() {
        assertThat(run("--seed", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--seed");
    }

    @Test
    void help_says_that_paubox_itself_never_posts_again() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Paubox itself never posts an event twice");
    }

    private int run(String... arguments) {
        return new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static HttpServer listening() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    private void writeUpFile(HttpServer server) throws IOException {
        String up = """
                {"webhookUrl":"http://127.0.0.1:%1$d/webhooks/paubox-main/s3cret","apiUrl":"http://127.0.0.1:%1$d",
                 "apiToken":"mt_token","kafka":"127.0.0.1:%1$d"}""";
        Files.writeString(
                data.resolve("up.json"), up.formatted(server.getAddress().getPort()));
    }
}
