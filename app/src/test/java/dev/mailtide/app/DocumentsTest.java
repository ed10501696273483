package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.normalise.DeadReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the documents say is what the code does, where that can be checked. */
class DocumentsTest {

    private static final Path ROOT = Path.of("..");

    @Test
    void the_table_of_settings_is_the_one_that_the_code_reads() throws IOException {
        assertThat(between("docs/configuration.md", "<!-- settings -->", "<!-- /settings -->"))
                .isEqualTo(ConfigCommand.table());
    }

    @Test
    void the_table_of_access_rules_is_the_one_that_the_roles_are_tested_with() throws IOException {
        assertThat(between("docs/operations.md", "<!-- acls -->", "<!-- /acls -->"))
                .isEqualTo(Grants.table(new Topics("email.", TopicSizes.DEFAULT)));
    }

    @Test
    void the_readme_names_every_topic_with_its_partitions_and_cleanup() throws IOException {
        String readme = read("README.md");
        for (Topic<String, byte[]> topic : new Topics("email.", TopicSizes.DEFAULT).fixed()) {
            Pattern row = Pattern.compile("\\| `" + Pattern.quote(topic.name()) + "` \\|.*\\| *"
                    + topic.shape().partitions() + " *\\|.*" + topic.shape().cleanup() + ".*");
            assertThat(row.matcher(readme).find()).as("a row of %s", topic).isTrue();
        }
    }

    @Test
    void the_readme_names_every_metric() throws IOException {
        Pattern name = Pattern.compile("\"(mailtide\\.(?:ingest|spool|processor|fan\\.out|http|tls)\\.[a-z.]+)\"");
        String readme = read("README.md");
        Set<String> metrics = new TreeSet<>();
        for (String module : List.of("common", "ingest", "processor")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    name.matcher(Files.readString(source))
                            .results()
                            .forEach(found -> metrics.add(found.group(1).replace('.', '_')));
                }
            }
        }
        assertThat(metrics)
                .hasSizeGreaterThan(30)
                .allSatisfy(metric -> assertThat(readme).containsPattern("`" + metric + "(?:_total)?[`{]"));
    }

    @Test
    void the_commands_that_the_documents_name_exist() throws IOException {
        List<String> known = List.copyOf(Main.commandLine().getSubcommands().keySet());
        for (String document : List.of("README.md", "docs/operations.md", "docs/configuration.md", "CONTRIBUTING.md")) {
            Matcher command = Pattern.compile("\\./mailtide ([a-z][a-z-]+)").matcher(read(document));
            while (command.find()) {
                assertThat(known).as(document).contains(command.group(1));
            }
        }
    }

    @Test
    void every_command_has_help_that_says_what_it_does() {
        for (CommandLine command : Main.commandLine().getSubcommands().values()) {
            assertThat(command.getUsageMessage())
                    .contains("--help")
                    .contains("Usage: mailtide " + command.getCommandName());
            assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        }
    }

    @Test
    void the_tests_that_the_readme_promises_exist() throws IOException {
        Matcher test = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))`").matcher(read("README.md"));
        List<String> files;
        try (Stream<Path> all = Files.walk(ROOT)) {
            files = all.map(path -> String.valueOf(path.getFileName())).toList();
        }
        int promised = 0;
        while (test.find()) {
            assertThat(files).contains(test.group(1) + ".java");
            promised++;
        }
        assertThat(promised).isGreaterThanOrEqualTo(8);
    }

    @Test
    void each_bad_input_has_a_test_and_each_reason_for_a_dead_letter_an_advice() throws IOException {
        String tests = read("processor/src/test/java/dev/mailtide/processor/aggregate/BadInputTest.java");
        Matcher test = Pattern.compile("\\| `([a-z0-9_]+)` \\|\n").matcher(read("docs/decisions/0016-dead-letters.md"));
        int named = 0;
        while (test.find()) {
            assertThat(tests).contains("void " + test.group(1) + "(");
            named++;
        }
        assertThat(named).isEqualTo(19);
        String operations = read("docs/operations.md");
        for (DeadReason reason : DeadReason.values()) {
            assertThat(operations).containsPattern("\n\\| (`[a-z-]+`, )?`" + reason.code() + "`[, ]");
        }
    }

    private static String between(String document, String from, String to) throws IOException {
        String text = read(document);
        return text.substring(text.indexOf(from) + from.length() + 1, text.indexOf(to));
    }

    private static String read(String document) throws IOException {
        return Files.readString(ROOT.resolve(document));
    }
}
