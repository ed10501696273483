package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailtide healthcheck}: what a container asks itself. */
@Command(
        name = "healthcheck",
        mixinStandardHelpOptions = true,
        description = "Asks a role whether it is ready. Exit 0 if it is, 1 if it is not.")
final class HealthcheckCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Parameters(
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/readyz",
            description = "Where to ask (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8080/readyz");

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    HealthcheckCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        try {
            HttpRequest request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            spec.commandLine().getOut().println(answer.body().strip());
            return answer.statusCode() == 200 ? ExitCode.DONE.code() : ExitCode.FAILED.code();
        } catch (IOException | IllegalArgumentException e) {
            spec.commandLine()
                    .getErr()
                    .println("no answer from " + url + " (" + e.getClass().getSimpleName() + ")");
            return ExitCode.FAILED.code();
        }
    }
}
