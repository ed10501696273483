package dev.mailtide.ingest;

import dev.mailtide.common.http.TlsFiles;
import dev.mailtide.common.settings.Found;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where ingest answers, as a client on the same machine finds it in the settings.
 *
 * @param host the address on which ingest listens
 * @param certificate the PEM file whose first certificate ingest shows, if it speaks HTTPS
 */
public record IngestEndpoint(String host, int port, Optional<Path> certificate) {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::");
    private static final Set<String> OWN = Set.of(LOOPBACK, "localhost", "[::1]");
    private static final int HTTPS_PORT = 443;

    /** Reads what it needs, and leaves every other setting to ingest itself. */
    public static IngestEndpoint read(SettingsReader reader) {
        IngestEndpoint endpoint = new IngestEndpoint(
                reader.read(IngestSettings.HOST_SETTING),
                reader.read(IngestSettings.PORT),
                TlsFiles.certificate(reader, IngestSettings.ROLE));
        reader.finishSome();
        return endpoint;
    }

    /** The URL of a path. */
    public URI url(String path) {
        try {
            return new URI(certificate.isPresent() ? "https" : "http", null, reachable(), port, path, null, null);
        } catch (URISyntaxException e) {
            throw new SettingsException(
                    List.of("ingest.host: expected a host that can stand in a URL, found " + Found.value(host)));
        }
    }

    private String reachable() {
        return EVERY_ADDRESS.contains(host) ? LOOPBACK : host;
    }

    /** Whether it is this ingest, without any detour, that an https URL leads to. */
    public boolean isAskedBy(URI url) {
        int asked = url.getPort() < 0 ? HTTPS_PORT : url.getPort();
        return asked == port
                && (OWN.contains(url.getHost()) || url("/").getHost().equals(url.getHost()));
    }
}
