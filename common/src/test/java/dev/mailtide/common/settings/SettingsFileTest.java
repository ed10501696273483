package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {

    private final Path file;

    SettingsFileTest(@TempDir Path directory) {
        this.file = directory.resolve("mailtide.yaml");
    }

    @Test
    void nested_and_dotted_keys_are_the_same() throws IOException {
        assertThat(read("ingest:\n  port: 8080\n  spool:\n    directory: /var/spool\n"))
                .isEqualTo(Map.of("ingest.port", "8080", "ingest.spool.directory", "/var/spool"));
        assertThat(read("ingest.port: 8080\ningest.spool:\n  directory: /var/spool\n"))
                .isEqualTo(Map.of("ingest.port", "8080", "ingest.spool.directory", "/var/spool"));
    }

    @Test
    void a_list_is_its_items_divided_by_commas() throws IOException {
        assertThat(read("query:\n  hosts: [a, b]\n  ports:\n    - 1\n    - 2\n  none: []\n"))
                .isEqualTo(Map.of("query.hosts", "a,b", "query.ports", "1,2", "query.none", ""));
    }

    @Test
    void every_value_is_the_text_that_was_written() throws IOException {
        assertThat(read("a: true\nb: 0.5\nc: 'x: y'\nd: 35d\ne: \"\"\n"))
                .isEqualTo(Map.of("a", "true", "b", "0.5", "c", "x: y", "d", "35d", "e", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing but a comment\n", "---\n", "{}", "null"})
    void a_file_with_nothing_in_it_sets_nothing(String yaml) throws IOException {
        assertThat(read(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "- hunter2", "7", "[token, hunter2]"})
    void a_file_without_keys_at_the_top_is_refused(String yaml) {
        assertThat(problemsOf(yaml)).containsExactly(file + ": expected keys and values at the top level");
    }

    @Test
    void a_mistake_in_the_file_is_told_by_its_place() {
        assertThat(problemsOf("a: b\ntoken: \"hunter2\n"))
                .singleElement()
                .asString()
                .startsWith(file + ": expected YAML with each key once, found a mistake at line ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token: \"hunter2\n",
                "token: hunter2: x\n",
                "token: [hunter2\n",
                "token: {hunter2\n",
                "\ttoken: hunter2\n",
                "token: hunter2\n  x: hunter2\n",
                "token: !!hunter2 x\n- y",
                "token: 'hunter2\u0001'\n",
                "token: \"hunter2\\q\"\n",
            })
    void a_file_that_is_not_yaml_is_refused_without_quoting_it(String yaml) {
        SettingsException thrown = thrownBy(yaml);

        assertThat(thrown.problems()).hasSize(1);
        assertThat(thrown.getMessage()).doesNotContain("hunter2");
        assertThat(thrown.getCause()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: hunter2\na: b\n", "a:\n  b: hunter2\n  b: c\n", "a: {b: c}\na: {d: hunter2}\n"})
    void a_key_that_stands_twice_is_a_mistake_at_its_second_place(String yaml) {
        assertThat(problemsOf(yaml))
                .singleElement()
                .asString()
                .startsWith(file + ": expected YAML with each key once, found a mistake at line ")
                .doesNotContain("hunter2");
    }

    @Test
    void a_key_that_is_given_nested_and_dotted_is_named() {
        assertThat(problemsOf("a:\n  b: hunter2\na.b: c\n"))
                .containsExactly(file + ": a.b is given twice, nested and with dots; keep one of them");
    }

    @Test
    void a_file_that_cannot_be_read_is_a_problem_of_the_settings() {
        assertThat(catchThrowableOfType(SettingsException.class, () -> SettingsFile.read(file))
                        .problems())
                .containsExactly(file + ": expected a file that can be read (NoSuchFileException)");
    }

    @Test
    void a_file_in_another_encoding_is_refused() throws IOException {
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xfc});

        assertThat(catchThrowableOfType(SettingsException.class, () -> SettingsFile.read(file))
                        .problems())
                .containsExactly(file + ": expected a file that can be read (MalformedInputException)");
    }

    private Map<String, String> read(String yaml) throws IOException {
        return SettingsFile.read(Files.writeString(file, yaml));
    }

    private List<String> problemsOf(String yaml) {
        return thrownBy(yaml).problems();
    }

    private SettingsException thrownBy(String yaml) {
        return catchThrowableOfType(SettingsException.class, () -> read(yaml));
    }
}
