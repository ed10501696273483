package dev.mailtide.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A running {@code mailtide up}: everything in one JVM.
 *
 * @param process the JVM
 * @param webhook where bodies are posted
 * @param api where the query API is
 * @param token opens the query API
 * @param kafka its embedded broker
 */
record UpRole(ChildProcess process, URI webhook, URI api, String token, KafkaAccess kafka) {

    private static final int PORTS = 4;
    private static final int TRIES = 100;

    /** Starts it on a site, and returns when it takes bodies and counts. */
    static UpRole start(Site site, List<String> jvm) throws IOException, InterruptedException {
        Path data = site.folder().resolve("data");
        ChildProcess process =
                site.role("up", jvm, List.of("--data", data.toString(), "--ports", Integer.toString(freePorts())));
        JsonNode file = file(data.resolve("up.json"), process);
        UpRole up = new UpRole(
                process,
                URI.create(file.path("webhookUrl").asText()),
                URI.create(file.path("apiUrl").asText()),
                file.path("apiToken").asText(),
                KafkaAccess.at(file.path("kafka").asText()));
        Probe.awaitReady(up.ingestAddress(), process, Site.START_MAX);
        Probe.awaitReady(addressOf(up.api()), process, Site.START_MAX);
        return up;
    }

    /** The file is the last thing of a start, and it is renamed into its place, so it is whole. */
    private static JsonNode file(Path path, ChildProcess process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Site.START_MAX.toNanos();
        while (Files.notExists(path)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw process.failed("did not get ready");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new ObjectMapper().readTree(path.toFile());
    }

    InetSocketAddress ingestAddress() {
        return addressOf(webhook);
    }

    InetSocketAddress apiAddress() {
        return addressOf(api);
    }

    private static InetSocketAddress addressOf(URI uri) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort());
    }

    /** The first of so many free ones in a row. */
    private static int freePorts() throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            int first = EmbeddedBroker.freePort();
            if (IntStream.range(first, first + PORTS).allMatch(UpRole::isFree)) {
                return first;
            }
        }
        throw new ResourceException("there are no " + PORTS + " free ports in a row");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
