package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    private static final String REFUSAL =
            "HTTP/1.1 503 Service Unavailable\r\nCONTENT-LENGTH: 4\r\nRetry-After: 5\r\n\r\nbusy";

    private final AnswerReader reader = new AnswerReader();

    @Test
    void an_answer_without_a_body_is_whole_with_its_head() throws IOException {
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).isEqualTo(200);
        assertThat(reader.isClosing()).isFalse();
    }

    @Test
    void an_answer_that_comes_byte_by_byte_is_whole_with_its_last_one_and_not_before() throws IOException {
        for (int i = 0; i < REFUSAL.length() - 1; i++) {
            assertThat(read(REFUSAL.substring(i, i + 1))).isEqualTo(AnswerReader.INCOMPLETE);
        }
        assertThat(read("y")).isEqualTo(503);
    }

    @Test
    void one_answer_after_the_other_is_read_on_one_connection() throws IOException {
        assertThat(read(REFUSAL)).isEqualTo(503);
        reader.next();
        assertThat(read("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")).isEqualTo(200);
        assertThat(reader.isClosing()).isTrue();
    }

    @Test
    void a_connection_that_ends_within_an_answer_is_an_error() throws IOException {
        assertThat(read("HTTP/1.1 200 OK\r\nContent-Le")).isEqualTo(AnswerReader.INCOMPLETE);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> reader.read(Channels.newChannel(new ByteArrayInputStream(new byte[0]))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: zero\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
                "\r\n\r\n"
            })
    void what_it_does_not_know_is_an_error_and_never_a_guess(String answer) {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> read(answer));
    }

    private int read(String text) throws IOException {
        return reader.read(new Text(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
    }

    /** What has come on a connection that stays open. */
    private record Text(ByteBuffer bytes) implements ReadableByteChannel {

        @Override
        public int read(ByteBuffer to) {
            int before = bytes.remaining();
            to.put(bytes);
            return before;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            bytes.clear();
        }
    }
}
