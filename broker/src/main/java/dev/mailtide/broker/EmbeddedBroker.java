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
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A single KRaft node, broker and controller in one, on the loopback address only. Its data stays in its folder, which
 * is formatted when it is new; a later start, after a clean stop or a kill, goes on with what is there.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE_ID = 1;

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
        requireFree(port);
        // The controller's port is nobody's business but ours; voters must name it before it is bound.
        Map<String, String> properties = properties(folder, port, freePort());
        if (Files.notExists(folder.resolve("meta.properties"))) {
            format(folder);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IOException("the embedded broker did not start: " + e.getMessage(), e);
        }
        return new EmbeddedBroker(server, port);
    }

    /** A loopback port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What clients need to connect. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    @Override
    public void close() {
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

    private static Map<String, String> properties(Path folder, int port, int controllerPort) {
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
        properties.put(
                "listeners",
                "PLAINTEXT://" + LOOPBACK + ":" + port + ",CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + port);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", folder.toString());
        properties.put("auto.create.topics.enable", "false");
        putSingleNode(properties);
        putSmall(properties);
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
        // After a kill, a start waits this long for the old registration to expire. Not shorter: a broker that misses
        // it
        // under load is fenced, all partitions lose their leader, and a transaction coordinator that is loading just
        // then
        // takes them for deleted and forgets their commit markers (KAFKA-20734): readers would wait there for ever.
        properties.put("broker.session.timeout.ms", "6000");
        properties.put("broker.heartbeat.interval.ms", "250");
    }

    private static void putSmall(Map<String, String> properties) {
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("num.network.threads", "2");
        // More than cores: each append to the raw topic waits for the disk.
        properties.put("num.io.threads", "8");
    }
}
