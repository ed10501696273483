package dev.mailtide.app;

import dev.mailtide.common.http.ServerTrust;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.ingest.IngestEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailtide healthcheck}: what a container asks itself. */
@Command(
        name = "healthcheck",
        mixinStandardHelpOptions = true,
        description = {
            "Asks a role whether it is ready. Exit 0 if it is, 1 if it is not.",
            "An ingest on this machine that speaks HTTPS must show the certificate in ingest.tls.certificate, for whatever"
                    + " name. Any other server is trusted as --ca says, or else as the JVM does."
        })
final class HealthcheckCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private CaOption ca = new CaOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "Where to ask (default: /readyz of an ingest on this machine, by the settings;"
                    + " http://127.0.0.1:8080/readyz if nothing is set).")
    private Optional<URI> url = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    HealthcheckCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        URI asked = url.orElseGet(() -> ingest().url("/readyz"));
        return ask(asked, ca.orElse(() -> bySettings(asked)));
    }

    private IngestEndpoint ingest() {
        return IngestEndpoint.read(config.reader());
    }

    /** Without TLS the settings are not asked: a mistake in them must not make a running role look sick. */
    private ServerTrust bySettings(URI asked) {
        return Optional.of(asked)
                .filter(any -> "https".equalsIgnoreCase(any.getScheme()))
                .map(any -> ingest())
                .filter(ingest -> ingest.isAskedBy(asked))
                .flatMap(IngestEndpoint::certificate)
                .map(pem -> ServerTrust.exactly(pem, "ingest.tls.certificate"))
                .orElseGet(ServerTrust::ofTheJvm);
    }

    private int ask(URI asked, ServerTrust trust) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(asked).timeout(PATIENCE).build();
            HttpResponse<String> answer =
                    trust.client().connectTimeout(PATIENCE).build().send(request, HttpResponse.BodyHandlers.ofString());
            spec.commandLine().getOut().println(answer.body().strip());
            return answer.statusCode() == 200 ? ExitCode.DONE.code() : ExitCode.FAILED.code();
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof SSLException ? "; trusted: " + trust : "";
            spec.commandLine()
                    .getErr()
                    .println("no answer from " + asked + " (" + e.getClass().getSimpleName() + ")" + why);
            return ExitCode.FAILED.code();
        }
    }
}
