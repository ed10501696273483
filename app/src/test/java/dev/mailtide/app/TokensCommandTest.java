package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code mailtide tokens} against a real broker. */
@OnKafka
class TokensCommandTest {

    private static final KafkaAccess KAFKA = TestKafka.access();

    @TempDir
    Path folder;

    private final String prefix = TestKafka.freshPrefix();
    private final Topics topics = new Topics(prefix, TopicSizes.DEFAULT);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_token_is_printed_once_and_only_its_hash_is_kept() throws Exception {
        assertThat(run(
                        "create",
                        "--name",
                        "clinic desk",
                        "--domain",
                        "B.example",
                        "--domain",
                        "*.a.example",
                        "--recipients"))
                .isEqualTo(0);
        String token = out.toString().strip();
        assertThat(token).matches("mt_[A-Za-z0-9_-]{43}");
        assertThat(err.toString()).matches("mailtide: this is tok-[0-9a-f]{12}; it is not shown again\n");
        assertThat(TopicReader.readAll(KAFKA, topics.apiTokens().name()))
                .hasSize(1)
                .allSatisfy(record -> assertThat(new String(record.value(), StandardCharsets.UTF_8))
                        .contains("sha256")
                        .doesNotContain(token));
        assertThat(list())
                .matches("tok-[0-9a-f]{12}\tTIME\t-\t\\*\\.a\\.example,b\\.example recipients\tclinic desk\n");
    }

    @Test
    void a_token_that_was_revoked_stays_in_the_list() throws Exception {
        assertThat(run("create", "--name", "one", "--domain", "*", "--admin")).isEqualTo(0);
        String id = err.toString().replaceFirst("(?s).*(tok-[0-9a-f]{12}).*", "$1");
        assertThat(run("revoke", id)).isEqualTo(0);
        assertThat(list()).isEqualTo(id + "\tTIME\tTIME\t* admin\tone\n");
        assertThat(run("revoke", "tok-000000000000")).isEqualTo(1);
        assertThat(err.toString()).endsWith("mailtide: there is no token tok-000000000000\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create --name x",
                "create --domain a.example",
                "create --name x --domain under_score",
                "create --name x --domain *.*",
                "revoke mt_abc",
                "revoke",
                "list extra",
            })
    void a_command_line_that_is_not_as_expected_is_refused(String line) throws Exception {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    private String list() throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run("list")).isEqualTo(0);
        return out.toString().replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }

    private int run(String... arguments) throws IOException {
        Path file = folder.resolve("mailtide.yaml");
        Files.writeString(
                file,
                "kafka.bootstrap.servers: \"" + KAFKA.bootstrapServers() + "\"\ntopics.prefix: \"" + prefix + "\"\n");
        List<String> line = new ArrayList<>(List.of("tokens"));
        line.addAll(List.of(arguments));
        if (arguments.length > 0) {
            Stream.of("--config", file.toString()).forEach(line::add);
        }
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(line.toArray(new String[0]));
    }
}
