package dev.mailtide.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.http.ServerTrust;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mailtide send-sample}. */
@Command(
        name = "send-sample",
        mixinStandardHelpOptions = true,
        description = {
            "Posts the documented Paubox sample (a hard bounce) to a running 'mailtide up'.",
            "Over HTTPS, it must show the certificate that up.json names, for whatever name; --ca goes before that."
        })
final class SendSampleCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String SAMPLE = "/samples/paubox-permanent-failure.json";

    @Mixin
    private CaOption ca = new CaOption();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Data folder of the running 'up' (default: ./${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    SendSampleCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonNode up = upFile();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(up.path("webhookUrl").asText()))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(sample()))
                .build();
        HttpResponse<String> answer = post(request, up, ca.orElse(() -> UpFile.trustIn(up)));
        spec.commandLine().getOut().println("answered " + answer.statusCode());
        spec.commandLine()
                .getOut()
                .println("Now ask: curl -H 'Authorization: Bearer TOKEN' "
                        + up.path("apiUrl").asText() + "/v1/domains/xxxxxxx.com (TOKEN is apiToken in "
                        + data.resolve(UpFile.NAME) + ")");
        return answer.statusCode() == 200 ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }

    private JsonNode upFile() {
        try {
            return new ObjectMapper().readTree(Files.readString(data.resolve(UpFile.NAME)));
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot read " + data.resolve(UpFile.NAME)
                            + "; run ./mailtide up first, or name its folder with --data",
                    e);
        }
    }

    private static HttpResponse<String> post(HttpRequest request, JsonNode up, ServerTrust trust)
            throws InterruptedException {
        try {
            return trust.client().build().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new ResourceException(
                    "no answer from " + up.path("ingestUrl").asText() + " ("
                            + e.getClass().getSimpleName() + "); trusted: " + trust,
                    e);
        } catch (IOException e) {
            throw new ResourceException(
                    "no answer from " + up.path("ingestUrl").asText() + "; is ./mailtide up still running?", e);
        }
    }

    private static byte[] sample() throws IOException {
        try (InputStream sample = SendSampleCommand.class.getResourceAsStream(SAMPLE)) {
            if (sample == null) {
                throw new IOException("the jar has no " + SAMPLE);
            }
            return sample.readAllBytes();
        }
    }
}
