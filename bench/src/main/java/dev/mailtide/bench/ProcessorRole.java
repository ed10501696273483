package dev.mailtide.bench;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.http.BearerToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** {@code mailtide processor} on a site: started as an operator does, stopped, and started again on the same folder. */
final class ProcessorRole {

    private static final int IDENTITY_KEY_BYTES = 32;

    private final Site site;
    private final List<String> jvm;
    private final Map<String, String> settings;
    private final InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), EmbeddedBroker.freePort());

    /** @param more settings that go before the defaults */
    ProcessorRole(Site site, List<String> jvm, Map<String, String> more) throws IOException {
        this.site = site;
        this.jvm = List.copyOf(jvm);
        byte[] key = new byte[IDENTITY_KEY_BYTES];
        SecureRandom random = new SecureRandom();
        random.nextBytes(key);
        settings = new TreeMap<>(more);
        settings.put("processor.host", Site.LOOPBACK);
        settings.put("processor.port", Integer.toString(address.getPort()));
        settings.put("data-dir", dataFolder().toString());
        settings.put("api.token", BearerToken.generate(random).reveal());
        settings.put("identity.key", HexFormat.of().formatHex(key));
        settings.put("kafka.bootstrap.servers", site.kafka().bootstrapServers());
    }

    Path dataFolder() {
        return site.folder().resolve("data");
    }

    /** Where its log is. */
    Path log() {
        return site.folder().resolve("processor.err");
    }

    /** Starts it; it may still have to restore its state. */
    ChildProcess start() throws IOException {
        return site.role("processor", jvm, settings);
    }

    /** Waits until it counts. */
    void awaitReady(ChildProcess process, Duration patience) throws InterruptedException {
        Probe.awaitReady(address, process, patience);
    }

    boolean isReady() throws InterruptedException {
        return Probe.isReady(address);
    }

    OptionalLong heapBytesMax() throws InterruptedException {
        return Probe.heapBytesMax(address);
    }
}
