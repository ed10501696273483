package dev.mailtide.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.http.ServerTrust;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.processor.ProcessorSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** Where everything is that {@code up} started: printed for people, and kept in {@code up.json} for programs. */
record UpFile(
        String webhookUrl,
        String apiUrl,
        String apiToken,
        String kafka,
        String ingestUrl,
        Optional<Path> ingestCertificate) {

    static final String NAME = "up.json";

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    static UpFile of(IngestSettings ingest, ProcessorSettings processor, KafkaAccess kafka) {
        HttpShell.Address listens = ingest.listener().address();
        String scheme = ingest.listener().tls().isPresent() ? "https" : "http";
        String ingestUrl = scheme + "://" + listens.host() + ":" + listens.port();
        return new UpFile(
                ingestUrl + ingest.access().sources().get(0).revealPath(),
                "http://" + processor.address().host() + ":"
                        + processor.address().port(),
                processor.apiToken().reveal(),
                kafka.bootstrapServers(),
                ingestUrl,
                ingest.listener().tls().map(files -> files.certificate().toAbsolutePath()));
    }

    /** Whom to believe that it is the ingest of this {@code up.json}: what it listens on is not what it is called. */
    static ServerTrust trustIn(JsonNode up) {
        return Optional.ofNullable(up.get("ingestCertificate"))
                .map(file -> ServerTrust.exactly(Path.of(file.asText()), "ingestCertificate in " + NAME))
                .orElseGet(ServerTrust::ofTheJvm);
    }

    UpFile writeTo(Path data) {
        ObjectNode json = JSON.createObjectNode()
                .put("webhookUrl", webhookUrl)
                .put("apiUrl", apiUrl)
                .put("apiToken", apiToken)
                .put("dashboardUrl", apiUrl + "/")
                .put("kafka", kafka)
                .put("ingestUrl", ingestUrl)
                .put("pid", ProcessHandle.current().pid());
        ingestCertificate.ifPresent(file -> json.put("ingestCertificate", file.toString()));
        try {
            OwnerOnly.write(data.resolve(NAME), json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot write " + data.resolve(NAME) + " (" + e.getClass().getSimpleName() + ")", e);
        }
        return this;
    }

    void printTo(PrintWriter out) {
        out.println("Mailtide is up.");
        out.println();
        out.println("  post webhooks to   " + webhookUrl);
        out.println("  look at            " + apiUrl + "/ (sign in with the token below)");
        out.println("  ask                " + apiUrl + "/v1/domains");
        out.println("  with the header    Authorization: Bearer " + apiToken);
        out.println("  Kafka              " + kafka);
        out.println();
        out.println(
                "Next: ./mailtide send-sample, or ./mailtide demo in another terminal. Ctrl-C stops it; data stays.");
        out.flush();
    }
}
