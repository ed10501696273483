package dev.mailtide.app;

import dev.mailtide.common.http.ServerTrust;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option that names the certificates to trust, for every command that asks over HTTPS. */
final class CaOption {

    private static final String NAME = "--ca";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            description = "PEM file with one or more certificates: over HTTPS, trust these and what they have issued,"
                    + " and nothing else. The name in the URL must be in the server's certificate.")
    private Optional<Path> file = Optional.empty();

    CaOption() {}

    /** What the option says, or else this. */
    ServerTrust orElse(Supplier<ServerTrust> otherwise) {
        return file.map(pem -> ServerTrust.issuedBy(pem, NAME)).orElseGet(otherwise);
    }
}
