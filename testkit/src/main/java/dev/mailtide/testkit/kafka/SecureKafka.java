package dev.mailtide.testkit.kafka;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that lets in only whom it knows, and allows nobody anything that it was not told to allow. Clients come over
 * SASL_SSL with a password (SCRAM-SHA-512), or over TLS with a certificate of their own; the common name of a certificate is
 * the name of the user. Over {@link #inside} everything is allowed.
 */
public final class SecureKafka implements AutoCloseable {

    private static final String MECHANISM = "SCRAM-SHA-512";
    private static final String LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required";

    private final EmbeddedBroker broker;
    private final TestAuthority authority;
    private final int saslPort;
    private final int tlsPort;

    private SecureKafka(EmbeddedBroker broker, TestAuthority authority, int saslPort, int tlsPort) {
        this.broker = broker;
        this.authority = authority;
        this.saslPort = saslPort;
        this.tlsPort = tlsPort;
    }

    /**
     * Starts it, with keys of its own.
     *
     * @param folder is filled with its data and its keys
     */
    public static SecureKafka start(Path folder) throws IOException {
        TestAuthority authority = TestAuthority.make(folder.resolve("authority.p12"));
        int saslPort = EmbeddedBroker.freePort();
        int tlsPort = EmbeddedBroker.freePort();
        EmbeddedBroker broker = EmbeddedBroker.start(
                folder.resolve("kafka"),
                EmbeddedBroker.freePort(),
                properties(authority.certify("broker"), authority.certificate(), saslPort, tlsPort));
        return new SecureKafka(broker, authority, saslPort, tlsPort);
    }

    private static Map<String, String> properties(
            TestAuthority.Certified own, String trusted, int saslPort, int tlsPort) {
        String listeners = "PASSWORD://127.0.0.1:" + saslPort + ",CERTIFICATE://127.0.0.1:" + tlsPort;
        Map<String, String> properties = new HashMap<>();
        properties.put("listeners", listeners);
        properties.put("advertised.listeners", listeners);
        properties.put("listener.security.protocol.map", "PASSWORD:SASL_SSL,CERTIFICATE:SSL");
        properties.put("sasl.enabled.mechanisms", MECHANISM);
        properties.put("listener.name.password.scram-sha-512.sasl.jaas.config", LOGIN + ";");
        properties.put("listener.name.certificate.ssl.client.auth", "required");
        properties.put("ssl.principal.mapping.rules", "RULE:^CN=(.*)$/$1/");
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.keystore.certificate.chain", own.chain());
        properties.put("ssl.keystore.key", own.key());
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.certificates", trusted);
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        return properties;
    }

    /** A way past all checks. */
    public KafkaAccess inside() {
        return KafkaAccess.at(broker.bootstrapServers());
    }

    /** Makes a user known, or changes the password. */
    public void addUser(String name, String password) {
        try (Admin admin = inside().openAdmin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Allows what these say. */
    public void allow(List<AclBinding> bindings) {
        try (Admin admin = inside().openAdmin()) {
            admin.createAcls(bindings).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Client settings, with no prefix, of a user with a password. */
    public Map<String, String> withPassword(String name, String password) {
        Map<String, String> settings = trusting(authority.certificate());
        settings.put("bootstrap.servers", "127.0.0.1:" + saslPort);
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", MECHANISM);
        settings.put("sasl.jaas.config", LOGIN + " username=\"" + name + "\" password=\"" + password + "\";");
        return settings;
    }

    /** Client settings, with no prefix, of a user with a certificate of the authority that the broker trusts. */
    public Map<String, String> withCertificate(String name) {
        return withCertificate(authority.certify(name));
    }

    /** The same with any certificate. */
    public Map<String, String> withCertificate(TestAuthority.Certified own) {
        Map<String, String> settings = trusting(authority.certificate());
        settings.put("bootstrap.servers", "127.0.0.1:" + tlsPort);
        settings.put("security.protocol", "SSL");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.certificate.chain", own.chain());
        settings.put("ssl.keystore.key", own.key());
        return settings;
    }

    private static Map<String, String> trusting(String certificate) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", certificate);
        return settings;
    }

    @Override
    public void close() {
        broker.close();
    }
}
