package dev.mailtide.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.http.ServerTrust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The running installation, by the {@code up.json} that {@code mailtide up} writes, read again whenever the product may have been restarted. */
final class Installation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final ServerTrust trustOfIngest;
    private volatile Addresses addresses;

    private Installation(Path file, ServerTrust trustOfIngest, Addresses addresses) {
        this.file = file;
        this.trustOfIngest = trustOfIngest;
        this.addresses = addresses;
    }

    static Installation in(Path dataFolder) throws Stop {
        Path file = dataFolder.resolve("up.json");
        if (!Files.isRegularFile(file)) {
            throw Stop.cannotBeReached("there is no up.json in " + dataFolder);
        }
        try {
            return new Installation(file, trust(file), read(file));
        } catch (IOException | IllegalArgumentException e) {
            throw Stop.cannotBeReached(file + " cannot be understood");
        }
    }

    private static ServerTrust trust(Path file) throws IOException {
        return Optional.ofNullable(JSON.readTree(file.toFile()).get("ingestCertificate"))
                .map(pem -> ServerTrust.exactly(Path.of(pem.asText()), "ingestCertificate in " + file))
                .orElseGet(ServerTrust::ofTheJvm);
    }

    /** Whom to believe that it is ingest, as it was at the start. */
    ServerTrust trustOfIngest() {
        return trustOfIngest;
    }

    Addresses addresses() {
        return addresses;
    }

    /** While the product restarts the file may be missing or half written: the last good addresses stay. */
    Addresses readAgain() {
        try {
            addresses = read(file);
        } catch (IOException | IllegalArgumentException e) {
            return addresses;
        }
        return addresses;
    }

    private static Addresses read(Path file) throws IOException {
        JsonNode json = JSON.readTree(file.toFile());
        return new Addresses(
                URI.create(json.path("webhookUrl").asText()),
                URI.create(json.path("apiUrl").asText()),
                json.path("apiToken").asText(),
                json.path("kafka").asText());
    }
}
