package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | JSON",
                "application/json | JSON",
                "text/csv | CSV",
                "TEXT/CSV; charset=utf-8 | CSV",
                "application/x-ndjson | NDJSON",
                "application/* | JSON",
                "text/* | CSV",
                "text/csv, application/json;q=0.9 | CSV",
                "text/csv;q=0.5, application/json;q=0.4, application/x-ndjson ; q=0.6 | NDJSON",
                // What is named goes before what is only meant, too.
                "text/csv, */* | CSV",
                "*/*, application/json;q=0 | CSV",
                "text/html, application/xhtml+xml, */*;q=0.8 | JSON",
                "text/csv;q=0.001, text/html | CSV",
            })
    void the_form_that_is_most_welcome_is_taken(String accept, Format format) {
        assertThat(Format.preferred(accept)).contains(format);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html",
                "application/xml, image/*",
                "text/csv;q=0",
                "*/*;q=0",
                "text/csv;q=2",
                "text/csv;q=-1",
                "text/csv;q=high",
                ",",
            })
    void where_none_is_welcome_there_is_none(String accept) {
        assertThat(Format.preferred(accept)).isEmpty();
    }

    @Test
    void without_the_header_everything_is_welcome() {
        assertThat(Format.preferred(null)).isEqualTo(Optional.of(Format.JSON));
        assertThat(Format.preferred(" ")).isEqualTo(Optional.of(Format.JSON));
    }
}
