package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.settings.Setting.TextRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

    private static final TextRule TOKEN_RULE = TextRule.matching("mt_[a-z]{5}", "mt_ and 5 letters");
    private static final Setting<Integer> PORT = Setting.port("ingest.port", 8080, "Where to listen.");
    private static final Setting<Integer> BYTES =
            Setting.number("ingest.body-bytes-max", 5, 1, 10, "How large a body may be.");
    private static final Setting<Duration> PAUSE =
            Setting.duration("ingest.pause", "5s", Duration.ofSeconds(1), Duration.ofHours(1), "How long to wait.");
    private static final Setting<Secret> TOKEN = Setting.secret("query.token", TOKEN_RULE, "Opens the query API.");

    @Test
    void a_setting_that_nobody_sets_is_its_default() {
        SettingsReader reader = new SettingsReader(Map.of(), Map.of());

        assertThat(reader.read(PORT)).isEqualTo(8080);
        assertThat(reader.read(PAUSE)).isEqualTo(Duration.ofSeconds(5));
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void the_file_wins_over_the_default_and_the_environment_over_the_file() {
        SettingsReader reader = new SettingsReader(
                Map.of("ingest.port", "1", "ingest.body-bytes-max", "2"),
                Map.of("MAILTIDE_INGEST_BODY_BYTES_MAX", "3", "INGEST_PORT", "4", "ingest.port", "5"));

        assertThat(reader.read(PORT)).isEqualTo(1);
        assertThat(reader.read(BYTES)).isEqualTo(3);
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void a_wrong_value_in_the_environment_does_not_fall_back_to_the_file() {
        SettingsReader reader = new SettingsReader(Map.of("ingest.port", "1"), Map.of("MAILTIDE_INGEST_PORT", ""));

        assertThat(reader.find(PORT)).isEmpty();
        assertThat(problemsOf(reader))
                .containsExactly("ingest.port: expected a whole number from 1 to 65535, found ''");
    }

    @Test
    void an_optional_secret_may_be_missing_but_not_empty_wrong_or_unreadable() {
        Setting<Secret> spare = Setting.optionalSecret("query.spare", TOKEN_RULE, "Opens it too.");
        SettingsReader missing = new SettingsReader(Map.of(), Map.of());
        assertThat(missing.find(spare)).isEmpty();
        assertThatCode(missing::finish).doesNotThrowAnyException();

        SettingsReader empty = new SettingsReader(Map.of(), Map.of("MAILTIDE_QUERY_SPARE", ""));
        assertThat(empty.find(spare)).isEmpty();
        assertThat(problemsOf(empty))
                .containsExactly("query.spare: expected mt_ and 5 letters, found a text of 0 characters");

        SettingsReader unreadable = new SettingsReader(Map.of("query.spare-file", "not-there"), Map.of());
        assertThat(unreadable.find(spare)).isEmpty();
        assertThat(problemsOf(unreadable))
                .containsExactly("query.spare-file: expected a file that can be read, found not-there"
                        + " (NoSuchFileException)");
    }

    @Test
    void every_problem_is_told_at_once() {
        SettingsReader reader = new SettingsReader(
                Map.of("ingest.port", "0", "ingest.pause", "5 minutes", "ingest.prot", "1", "colour", "blue"),
                Map.of("MAILTIDE_QUERY_TOKEN", "hunter2", "MAILTIDE_INGEST_PAUSES", "x", "MAILTIDE_ZZZ", "y"));
        reader.read(PORT);
        reader.read(PAUSE);
        reader.readSecret(TOKEN);
        reader.problem("ingest.port and query.port are the same");

        List<String> problems = problemsOf(reader);

        assertThat(problems)
                .containsExactly(
                        "ingest.port: expected a whole number from 1 to 65535, found '0'",
                        "ingest.pause: expected a time such as 200ms, 10s, 5m, 2h, 35d, from 1s to 3600s, "
                                + "found '5 minutes'",
                        "query.token: expected mt_ and 5 letters, found a text of 7 characters",
                        "ingest.port and query.port are the same",
                        "colour: no such setting",
                        "ingest.prot: no such setting; did you mean ingest.port?",
                        "MAILTIDE_INGEST_PAUSES: no such setting in the environment; "
                                + "did you mean MAILTIDE_INGEST_PAUSE?",
                        "MAILTIDE_ZZZ: no such setting in the environment");
        assertThat(new SettingsException(problems))
                .hasMessage("8 problem(s) in the settings: " + String.join("; ", problems));
    }

    @Test
    void a_secret_that_is_missing_is_a_problem_that_says_where_to_set_it() {
        SettingsReader reader = new SettingsReader(Map.of(), Map.of());

        assertThat(reader.readSecret(TOKEN).reveal()).isEmpty();
        assertThat(problemsOf(reader))
                .containsExactly("query.token: expected mt_ and 5 letters, found nothing; "
                        + "set MAILTIDE_QUERY_TOKEN or MAILTIDE_QUERY_TOKEN_FILE");
    }

    @ParameterizedTest
    @CsvSource({"query.token,", ", MAILTIDE_QUERY_TOKEN"})
    void no_message_ever_holds_a_secret(@Nullable String key, @Nullable String variable) {
        SettingsReader reader = new SettingsReader(only(key, "hunter2"), only(variable, "hunter2"));
        reader.readSecret(TOKEN);

        assertThat(problemsOf(reader))
                .containsExactly("query.token: expected mt_ and 5 letters, found a text of 7 characters");
    }

    @Test
    void the_value_of_an_unknown_setting_is_not_told_since_it_may_be_a_secret() {
        SettingsReader reader =
                new SettingsReader(Map.of("query.tokem", "hunter2"), Map.of("MAILTIDE_QUERY_TOKE", "hunter2"));
        reader.ignore(TOKEN);

        assertThat(problemsOf(reader))
                .containsExactly(
                        "query.tokem: no such setting; did you mean query.token?",
                        "MAILTIDE_QUERY_TOKE: no such setting in the environment; did you mean MAILTIDE_QUERY_TOKEN?");
    }

    @ParameterizedTest
    @CsvSource({"query.token-file,", ", MAILTIDE_QUERY_TOKEN_FILE"})
    void a_secret_may_stand_in_a_file_of_its_own(
            @Nullable String key, @Nullable String variable, @TempDir Path directory) throws IOException {
        String path =
                Files.writeString(directory.resolve("token"), " mt_abcde\n").toString();
        SettingsReader reader = new SettingsReader(only(key, path), only(variable, path));

        assertThat(reader.readSecret(TOKEN).reveal()).isEqualTo("mt_abcde");
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void the_environment_wins_over_the_file_for_secrets_in_files_too(@TempDir Path directory) throws IOException {
        String path = Files.writeString(directory.resolve("token"), "mt_fffff").toString();

        SettingsReader fileOfTheEnvironment =
                new SettingsReader(Map.of("query.token", "mt_aaaaa"), Map.of("MAILTIDE_QUERY_TOKEN_FILE", path));
        SettingsReader valueOfTheEnvironment =
                new SettingsReader(Map.of("query.token-file", path), Map.of("MAILTIDE_QUERY_TOKEN", "mt_eeeee"));

        assertThat(fileOfTheEnvironment.readSecret(TOKEN).reveal()).isEqualTo("mt_fffff");
        assertThat(valueOfTheEnvironment.readSecret(TOKEN).reveal()).isEqualTo("mt_eeeee");
    }

    @Test
    void a_secret_that_is_set_directly_and_as_a_file_is_a_problem() {
        SettingsReader inEnvironment = new SettingsReader(
                Map.of(), Map.of("MAILTIDE_QUERY_TOKEN", "mt_abcde", "MAILTIDE_QUERY_TOKEN_FILE", "somewhere"));
        SettingsReader inFile =
                new SettingsReader(Map.of("query.token", "mt_abcde", "query.token-file", "somewhere"), Map.of());
        inEnvironment.readSecret(TOKEN);
        inFile.readSecret(TOKEN);

        assertThat(problemsOf(inEnvironment))
                .containsExactly("MAILTIDE_QUERY_TOKEN and MAILTIDE_QUERY_TOKEN_FILE are both set; keep one of them");
        assertThat(problemsOf(inFile))
                .containsExactly("query.token and query.token-file are both set; keep one of them");
    }

    @Test
    void a_secret_in_a_file_that_cannot_be_read_is_a_problem(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        SettingsReader reader = new SettingsReader(Map.of("query.token-file", missing.toString()), Map.of());
        reader.readSecret(TOKEN);

        assertThat(problemsOf(reader))
                .containsExactly("query.token-file: expected a file that can be read, found " + missing
                        + " (NoSuchFileException)");
    }

    @Test
    void a_path_that_no_file_can_have_is_a_problem_too() {
        SettingsReader reader = new SettingsReader(Map.of("query.token-file", "a\u0000b"), Map.of());
        reader.readSecret(TOKEN);

        assertThat(problemsOf(reader))
                .containsExactly("query.token-file: expected a file that can be read, found a\u0000b "
                        + "(InvalidPathException)");
    }

    @Test
    void only_a_secret_may_stand_in_a_file_of_its_own() {
        SettingsReader reader = new SettingsReader(Map.of("ingest.port-file", "x"), Map.of());
        reader.read(PORT);

        assertThat(problemsOf(reader)).containsExactly("ingest.port-file: no such setting");
    }

    @Test
    void a_setting_of_another_role_is_known_and_not_checked() {
        SettingsReader reader = new SettingsReader(
                Map.of("ingest.port", "nonsense", "query.token-file", "missing"), Map.of("MAILTIDE_QUERY_TOKEN", "x"));
        reader.ignore(PORT);
        reader.ignore(TOKEN);

        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void variables_of_others_and_of_the_launcher_are_no_settings() {
        SettingsReader reader = new SettingsReader(
                Map.of(),
                Map.of("PATH", "/bin", "MAILTIDE_JAVA_OPTS", "-Xmx1g", "MAILTIDE_CONFIG", "x", "MAILTIDE", "y"));

        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    @Test
    void what_begins_with_kafka_is_passed_on_unchecked_without_the_prefix() {
        SettingsReader reader = new SettingsReader(
                Map.of("kafka.linger.ms", "1", "kafka.some.new.thing", "x", "kafkaesque", "y"),
                Map.of("MAILTIDE_KAFKA_LINGER_MS", "2", "MAILTIDE_KAFKA_SECURITY_PROTOCOL", "SSL"));

        assertThat(reader.kafka(key -> false))
                .isEqualTo(Map.of("linger.ms", "2", "some.new.thing", "x", "security.protocol", "SSL"));
        assertThat(problemsOf(reader)).containsExactly("kafkaesque: no such setting");
    }

    private static Map<String, String> only(@Nullable String key, String value) {
        return key == null ? Map.of() : Map.of(key, value);
    }

    private static List<String> problemsOf(SettingsReader reader) {
        return catchThrowableOfType(SettingsException.class, reader::finish).problems();
    }
}
