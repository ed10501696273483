package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Against a real HTTP shell. */
class PlainClientTest {

    private static final String LONG_TEXT = "0123456789abcdef".repeat(40_000);

    @AutoClose
    private final Meters meters = new Meters();

    @AutoClose
    private final HttpShell shell =
            HttpShell.start(new HttpShell.Address("127.0.0.1", 0, "port"), new Health(), meters, 1_000, routes -> {
                routes.get("/short", context -> context.result("short"));
                routes.get("/empty", context -> context.status(404));
                routes.get("/long", context -> context.result(LONG_TEXT));
                routes.get(
                        "/closing",
                        context -> context.header("Connection", "close").result("last"));
                routes.get(
                        "/token",
                        context -> context.result(Optional.ofNullable(context.header("Authorization"))
                                .orElse("none")));
                routes.get("/chunks", context -> {
                    context.contentType("text/csv");
                    OutputStream to = context.outputStream();
                    for (int at = 0; at < LONG_TEXT.length(); at += 10_000) {
                        to.write(LONG_TEXT.substring(at, at + 10_000).getBytes(StandardCharsets.US_ASCII));
                        to.flush();
                    }
                });
            });

    private final PlainClient client =
            new PlainClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), shell.port()), "mt_x");

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    @Test
    void answers_of_every_length_and_in_chunks_come_whole_one_after_the_other_on_one_connection() throws IOException {
        for (int round = 0; round < 3; round++) {
            assertThat(body("/short")).isEqualTo("short");
            assertThat(body("/chunks")).isEqualTo(LONG_TEXT);
            assertThat(body("/empty")).isEmpty();
            assertThat(body("/long")).isEqualTo(LONG_TEXT);
        }
    }

    @Test
    void an_answer_has_its_status_and_its_type() throws IOException {
        assertThat(client.ask("/empty", "text/csv", (bytes, from, to) -> {}).status())
                .isEqualTo(404);
        assertThat(client.ask("/chunks", "text/csv", (bytes, from, to) -> {}).contentType())
                .startsWith("text/csv");
    }

    @Test
    void the_token_is_sent() throws IOException {
        assertThat(body("/token")).isEqualTo("Bearer mt_x");
    }

    @Test
    void a_connection_that_the_server_closes_is_opened_again() throws IOException {
        assertThat(body("/closing")).isEqualTo("last");
        assertThat(body("/short")).isEqualTo("short");
    }

    @Test
    void a_server_that_is_gone_is_an_error() throws IOException {
        assertThat(body("/short")).isEqualTo("short");
        shell.close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> client.ask("/short", "*/*", (bytes, from, to) -> {}));
    }

    @Test
    void who_takes_the_bytes_may_break_it_off() {
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> client.ask("/long", "*/*", (bytes, from, to) -> {
                    throw new EOFException("enough");
                }));
    }

    private String body(String path) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        client.ask(path, "*/*", (bytes, from, to) -> body.write(bytes, from, to - from));
        return body.toString(StandardCharsets.US_ASCII);
    }
}
