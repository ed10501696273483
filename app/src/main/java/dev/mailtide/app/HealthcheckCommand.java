package dev.mailtide.app;

import dev.mailtide.common.http.ServerTrust;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.settings.Found;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.ingest.IngestEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private static final Set<String> PROBES = Set.of("/livez", "/readyz", "/metrics");

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private CaOption ca = new CaOption();

    @Parameters(
            arity = "0..*",
            paramLabel = "[URL]",
            hideParamSyntax = true,
            description = "Where to ask (default: /readyz of an ingest on this machine, by the settings;"
                    + " http://127.0.0.1:8080/readyz if nothing is set).")
    private List<String> urls = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    HealthcheckCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        URI asked = urls.isEmpty() ? ingest().url("/readyz") : url();
        return ask(asked, ca.orElse(() -> bySettings(asked)));
    }

    /** Read here, since the command line would print what it cannot read, and a URL may hold a secret. */
    private URI url() {
        String given = urls.get(0);
        if (urls.size() > 1) {
            throw new SettingsException(List.of("URL: expected one at most, found " + urls.size()));
        }
        try {
            return new URI(given);
        } catch (URISyntaxException e) {
            throw new SettingsException(
                    List.of("URL: expected one such as http://127.0.0.1:8080/readyz, found " + Found.length(given)));
        }
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
                    .println("no answer from " + server(asked) + " ("
                            + e.getClass().getSimpleName() + ")" + why);
            return ExitCode.FAILED.code();
        }
    }

    /** Whom it asked, and a path that is well known: a secret may stand before the host, in the path (that of a webhook) or behind it. */
    private static String server(URI asked) {
        String port = asked.getPort() < 0 ? "" : ":" + asked.getPort();
        String path = String.valueOf(asked.getPath());
        return asked.getHost() == null
                ? Found.length(asked.toString()) + " without a host"
                : asked.getScheme() + "://" + asked.getHost() + port + (PROBES.contains(path) ? path : "");
    }
}
