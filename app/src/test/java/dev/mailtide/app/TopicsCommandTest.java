package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mailtide topics} against a real broker and a fan-out. */
class TopicsCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_domain_is_moved_and_listed_where_a_fan_out_runs() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort())) {
            Path settings = settings(broker.bootstrapServers());
            assertThat(run(settings, "list")).isEqualTo(3);
            assertThat(err.toString())
                    .startsWith("mailtide: cannot use the topics email.domain-routes.v1 and"
                            + " mailtide-fan-out-1-route-requests on Kafka at " + broker.bootstrapServers() + " (");

            SecureInstallation installation = new SecureInstallation(folder, Map.of("fan-out.own-topics-max", "1"));
            try (ProcessorService fanOut =
                    installation.processor(Map.of("bootstrap.servers", broker.bootstrapServers()), Parts.FAN_OUT)) {
                assertThat(fanOut.port()).isPositive();
                assertThat(run(settings, "route", "Clinic.example", "own")).isEqualTo(0);
                assertThat(out.toString()).isEqualTo("The route of clinic.example is own.\n");
                assertThat(run(settings, "route", "other.example", "own")).isEqualTo(1);
                assertThat(err.toString())
                        .isEqualTo("mailtide: as many domains have a topic of their own as may have one; raise"
                                + " fan-out.own-topics-max and restart every fan-out, or move another domain to overflow and"
                                + " delete its topic. Nothing has changed.\n");
                assertThat(run(settings, "route", "noise.example", "ignore")).isEqualTo(0);
                assertThat(run(settings, "list")).isEqualTo(0);
                assertThat(out.toString().replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME"))
                        .isEqualTo("""
                                clinic.example	own	email.domain.clinic.example.v1	TIME	by-hand	-
                                noise.example	ignored	-	TIME	by-hand	-
                                other.example	overflow	email.domain-overflow.v1	TIME	cap	-
                                """);
                assertThat(err.toString()).isEqualTo("3 domains\n");
                assertThat(run(settings, "list", "--route", "ignored")).isEqualTo(0);
                assertThat(out.toString()).startsWith("noise.example\t").hasLineCount(1);
            }
            assertThat(run(settings, "route", "clinic.example", "overflow", "--wait", "1"))
                    .isEqualTo(3);
            assertThat(err.toString()).startsWith("mailtide: no answer within 1 s; is a processor or fan-out running");
        }
    }

    @Test
    void what_is_no_domain_or_no_route_ends_with_2() throws IOException {
        Path settings = settings("127.0.0.1:1");
        for (List<String> wrong : List.of(
                List.of("route", "not a domain", "own"),
                List.of("route", "clinic.example", "moon"),
                List.of("route", "clinic.example"),
                List.of("route", "clinic.example", "own", "--wait", "0"),
                List.of("list", "--route", "moon"))) {
            assertThat(run(settings, wrong.toArray(String[]::new)))
                    .as(wrong.toString())
                    .isEqualTo(2);
        }
        assertThat(Main.commandLine().execute("topics")).isEqualTo(2);
    }

    @Test
    void help_has_examples_and_exit_codes() {
        for (String command : List.of("list", "route")) {
            StringWriter help = new StringWriter();
            assertThat(Main.commandLine().setOut(new PrintWriter(help, true)).execute("topics", command, "--help"))
                    .isEqualTo(0);
            assertThat(help.toString()).contains("Examples:", "mailtide topics " + command, "Exit codes:");
        }
    }

    private Path settings(String bootstrapServers) throws IOException {
        return Files.writeString(folder.resolve("topics.yaml"), "kafka.bootstrap.servers: " + bootstrapServers + "\n");
    }

    private int run(Path settings, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = Stream.concat(
                        Stream.of("topics", arguments[0], "--config", settings.toString()),
                        Arrays.stream(arguments).skip(1))
                .toArray(String[]::new);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
