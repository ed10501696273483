package dev.mailtide.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A single KRaft node, broker and controller in one, on the loopback address only. Its data stays in its folder, which
 * is formatted when it is new; a later start, after a clean stop or a kill, goes on with what is there.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE_ID = 1;
    private static final int PORT_TRIES = 1_000;

    /** Kafka makes this file when it has closed its logs, and removes it when it opens them. */
    private static final String STOPPED_CLEANLY = ".kafka_cleanshutdown";

    private static final Set<String> LISTS =
            Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker and returns when it answers.
     *
     * @param folder where its data is and stays; made if missing
     * @param port where clients connect
     * @throws IOException if the folder cannot be used or the port is taken
     */
    public static EmbeddedBroker start(Path folder, int port) throws IOException {
        return start(folder, port, Map.of());
    }

    /**
     * Starts a broker that is told more than it needs.
     *
     * @param more properties of Kafka's server; they go before what this class sets, but for its listeners, beside which
     *     further ones stand
     * @throws IOException if the folder cannot be used or the port is taken
     */
    public static EmbeddedBroker start(Path folder, int port, Map<String, String> more) throws IOException {
        requireFree(port);
        if (Files.notExists(folder.resolve("meta.properties"))) {
            format(folder);
        } else if (Files.notExists(folder.resolve(STOPPED_CLEANLY))) {
            forgetTheLastRun(folder);
        }
        try {
            Map<String, String> properties = bothRoles(folder, port, freePort());
            putMore(properties, more);
            return new EmbeddedBroker(startServer(properties), port);
        } catch (IOException e) {
            // If the last stop was not as clean as it said, the next start shall not believe it.
            Files.deleteIfExists(folder.resolve(STOPPED_CLEANLY));
            throw e;
        }
    }

    /** Its own listeners stay: over them it talks to itself, and tests prepare what others need. */
    private static void putMore(Map<String, String> properties, Map<String, String> more) {
        more.forEach((key, value) ->
                properties.merge(key, value, (own, theirs) -> LISTS.contains(key) ? own + "," + theirs : theirs));
    }

    /**
     * A loopback port that is free now. Below the range from which outgoing connections get theirs: there, a client that
     * keeps trying while nobody listens may meet itself, and hold the port.
     */
    public static int freePort() throws IOException {
        return ThreadLocalRandom.current()
                .ints(PORT_TRIES, 15_000, 32_000)
                .filter(EmbeddedBroker::isFree)
                .findFirst()
                .orElseThrow(() -> new IOException("no free port from 15000 to 31999"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** What clients need to connect. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    @Override
    public void close() {
        stop(server);
    }

    /**
     * Takes the broker of the last run out of the metadata while only the controller runs. A broker that was killed is
     * still registered, as the leader of every partition, until its session expires; a new one that starts meanwhile
     * sees all leaders, loads its transactions, and loses all leaders once when it is registered anew. A transaction
     * coordinator that completes a commit in that moment forgets the commit markers (KAFKA-20734), and their readers
     * would wait for ever. Unregistered first, the new broker leads nothing until it is registered, then everything at once.
     */
    private static void forgetTheLastRun(Path folder) throws IOException {
        int controllerPort = freePort();
        KafkaRaftServer controller = startServer(controllerOnly(folder, controllerPort));
        try (Admin admin = Admin.create(Map.of("bootstrap.controllers", LOOPBACK + ":" + controllerPort))) {
            admin.unregisterBroker(NODE_ID).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw new IOException("the embedded broker did not forget its last run: " + e.getMessage(), e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the embedded broker started", e);
        } finally {
            stop(controller);
        }
    }

    private static KafkaRaftServer startServer(Map<String, String> properties) throws IOException {
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IOException("the embedded broker did not start: " + e.getMessage(), e);
        }
        return server;
    }

    private static void stop(KafkaRaftServer server) {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void requireFree(int port) throws IOException {
        // Kafka itself reports a taken port with a stack trace, and after the controller is up.
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static void format(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(quiet)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .addDirectory(folder.toString())
                    .setMetadataLogDirectory(folder.toString())
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception e) {
            throw new IOException("formatting the embedded broker's folder failed: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> bothRoles(Path folder, int port, int controllerPort) {
        Map<String, String> properties = controllerOnly(folder, controllerPort);
        properties.put("process.roles", "broker,controller");
        properties.put("listeners", "PLAINTEXT://" + LOOPBACK + ":" + port + "," + properties.get("listeners"));
        properties.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + port);
        properties.put("auto.create.topics.enable", "false");
        putSingleNode(properties);
        putSmall(properties);
        return properties;
    }

    /** The controller's port is nobody's business but ours; voters must name it before it is bound. */
    private static Map<String, String> controllerOnly(Path folder, int controllerPort) {
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
        properties.put("listeners", "CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        return properties;
    }

    /** One node: one copy of everything, and no waiting for others. */
    private static void putSingleNode(Map<String, String> properties) {
        properties.put("min.insync.replicas", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // Never fenced: there is no other broker to take over, and a fenced one loses commit markers (KAFKA-20734).
        properties.put("broker.session.timeout.ms", "3600000");
        // A starting broker learns with a heartbeat that it may begin.
        properties.put("broker.heartbeat.interval.ms", "250");
    }

    private static void putSmall(Map<String, String> properties) {
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("num.network.threads", "2");
        // More than cores: each append to the raw topic waits for the disk.
        properties.put("num.io.threads", "8");
    }
}
