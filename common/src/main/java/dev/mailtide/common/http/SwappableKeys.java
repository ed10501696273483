package dev.mailtide.common.http;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The server's key, replaceable while handshakes go on.
 *
 * <p>{@code SslContextFactory.reload} of Jetty 12.1.12 is not used: while it loads, its lists of protocols and cipher suites
 * are empty, and a connection that is made just then gets the defaults of the JDK, weak suites among them. Here the
 * context stays, and only the key behind it changes, in one write.
 *
 * <p>A handshake asks three times: for an alias, then for the key and the chain of that alias. Each pair has an alias of
 * its own and the one before the present is kept, so all three answers are of one pair.
 */
final class SwappableKeys extends X509ExtendedKeyManager {

    /** Key stores want one; this one never leaves the memory that the key is in. */
    private static final char[] PASSWORD = "in-memory".toCharArray();

    private final AtomicInteger pairs = new AtomicInteger();
    private volatile Generation generation;

    private record Generation(X509ExtendedKeyManager present, X509ExtendedKeyManager before) {}

    SwappableKeys(PemPair first) {
        X509ExtendedKeyManager keys = managerOf(first);
        this.generation = new Generation(keys, keys);
    }

    /** From now on, new handshakes get this pair. */
    void swap(PemPair fresh) {
        generation = new Generation(managerOf(fresh), generation.present());
    }

    private X509ExtendedKeyManager managerOf(PemPair pair) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(pair.keyStore("pair-" + pairs.incrementAndGet(), PASSWORD), PASSWORD);
            for (KeyManager manager : factory.getKeyManagers()) {
                if (manager instanceof X509ExtendedKeyManager keys) {
                    return keys;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses a key that it has read", e);
        }
        throw new IllegalStateException("the JDK has no key manager for X.509");
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return generation.present().chooseEngineServerAlias(type, issuers, engine);
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return generation.present().chooseServerAlias(type, issuers, socket);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Generation now = generation;
        return Optional.ofNullable(now.present().getPrivateKey(alias))
                .orElseGet(() -> now.before().getPrivateKey(alias));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Generation now = generation;
        return Optional.ofNullable(now.present().getCertificateChain(alias))
                .orElseGet(() -> now.before().getCertificateChain(alias));
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return generation.present().getServerAliases(type, issuers);
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
