package dev.mailtide.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RawHeadersTest {

    private final Headers headers = new RecordHeaders();

    @Test
    void a_text_that_was_added_can_be_read_and_the_last_one_counts() {
        RawHeaders.add(headers, RawHeaders.SOURCE, "first");
        RawHeaders.add(headers, RawHeaders.SOURCE, "grüße");

        assertThat(RawHeaders.text(headers, "source")).contains("grüße");
    }

    @Test
    void a_header_that_is_missing_or_null_has_no_text() {
        headers.add(new RecordHeader(RawHeaders.PROVIDER, (byte[]) null));

        assertThat(RawHeaders.text(headers, RawHeaders.PROVIDER)).isEmpty();
        assertThat(RawHeaders.text(headers, RawHeaders.CONTENT_TYPE)).isEmpty();
    }

    @Test
    void the_time_of_receipt_is_in_milliseconds_since_1970() {
        RawHeaders.add(headers, "received-at", "1776544046001");

        assertThat(RawHeaders.receivedAt(headers)).isEqualTo(Instant.parse("2026-04-18T20:27:26.001Z"));
    }

    @Test
    void a_record_without_a_readable_time_of_receipt_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RawHeaders.receivedAt(headers))
                .withMessage("a raw record without received-at");

        RawHeaders.add(headers, "received-at", "yesterday");
        assertThatIllegalArgumentException().isThrownBy(() -> RawHeaders.receivedAt(headers));
    }
}
