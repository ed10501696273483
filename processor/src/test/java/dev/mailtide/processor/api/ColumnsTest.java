package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_line_has_a_cell_for_each_path_and_what_is_not_there_is_empty_and_not_zero() throws Exception {
        Columns columns = Columns.of("domain").and("messages", "total", "sent").andPaths("sources", "open", "judged");
        assertThat(columns.header()).isEqualTo("domain,messages.total,messages.sent,sources,open,judged\r\n");
        assertThat(columns.line(JSON.readTree("{\"domain\":\"a.example\",\"messages\":{\"total\":0,\"sent\":null},"
                        + "\"sources\":[\"one\",\"two\"],\"judged\":false}")))
                .isEqualTo("a.example,0,,one two,,false\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@x", "\tx", "\uff1d1"})
    void a_text_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(String text) {
        assertThat(line(text)).isEqualTo("'" + text + "\r\n");
    }

    @Test
    void it_gets_one_inside_of_its_quotes_too() {
        assertThat(line("=HYPERLINK(\"x\",\"y\")")).isEqualTo("\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
        assertThat(line("\rx")).isEqualTo("\"'\rx\"\r\n");
        assertThat(line("\n=x")).isEqualTo("\"'\n=x\"\r\n");
    }

    @Test
    void commas_quotes_and_line_ends_are_quoted() {
        assertThat(line("a,b")).isEqualTo("\"a,b\"\r\n");
        assertThat(line("a\"b")).isEqualTo("\"a\"\"b\"\r\n");
        assertThat(line("a\r\nb")).isEqualTo("\"a\r\nb\"\r\n");
        assertThat(line("plain = text")).isEqualTo("plain = text\r\n");
    }

    @Test
    void a_negative_number_stays_a_number() {
        ObjectNode row = JSON.createObjectNode().put("x", -1);
        assertThat(Columns.of("x").line(row)).isEqualTo("-1\r\n");
    }

    private static String line(String text) {
        return Columns.of("x").line(JSON.createObjectNode().put("x", text));
    }
}
