package dev.mailtide.common.http;

import dev.mailtide.common.settings.SettingsException;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which servers a client believes to be the ones that it wants to talk to. There is no way to believe all of them. */
public final class ServerTrust {

    private final Optional<SSLContext> tls;
    private final String words;

    private ServerTrust(Optional<SSLContext> tls, String words) {
        this.tls = tls;
        this.words = words;
    }

    /** Those with a certificate for their name, issued by somebody whom the JVM knows. */
    public static ServerTrust ofTheJvm() {
        return new ServerTrust(Optional.empty(), "what the issuers known to the JVM have issued, and nothing else");
    }

    /**
     * Those with a certificate for their name that is in the file, or was issued by one that is.
     *
     * @param namedBy the option or setting that named the file
     * @throws SettingsException if the file holds no certificate
     */
    public static ServerTrust issuedBy(Path pem, String namedBy) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (X509Certificate certificate : certificates(pem, namedBy)) {
                trusted.setCertificateEntry("trusted-" + trusted.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return new ServerTrust(
                    Optional.of(context(factory.getTrustManagers())),
                    "the certificates in " + pem + " (" + namedBy
                            + ") and what they have issued, for the name in the URL");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK refuses certificates that it has read", e);
        }
    }

    /**
     * The one that shows the first certificate of the file, under whatever name and address it is asked: a process that
     * asks itself does so by an address of its own, and its certificate is for the name that others call.
     *
     * @param namedBy the option or setting that named the file
     * @throws SettingsException if the file holds no certificate
     */
    public static ServerTrust exactly(Path pem, String namedBy) {
        X509Certificate only = certificates(pem, namedBy).get(0);
        try {
            return new ServerTrust(
                    Optional.of(context(new OnlyThis(only))),
                    "the first certificate in " + pem + " (" + namedBy + "), and no other");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static List<X509Certificate> certificates(Path pem, String namedBy) {
        List<String> problems = new ArrayList<>();
        List<X509Certificate> found = PemFile.certificates(pem, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(
                    List.of(namedBy + ": expected a PEM file with one or more certificates, but " + problems.get(0)));
        }
        return found;
    }

    private static SSLContext context(TrustManager... managers) throws GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, managers, null);
        return tls;
    }

    /** The beginning of a client that talks to these servers only. */
    public HttpClient.Builder client() {
        HttpClient.Builder client = HttpClient.newBuilder();
        tls.ifPresent(client::sslContext);
        return client;
    }

    /** For a person who wonders why a server was not believed. */
    @Override
    public String toString() {
        return words;
    }

    /** The JDK leaves every check to a manager of this type, that of the name included. The handshake proves the key. */
    private static final class OnlyThis extends X509ExtendedTrustManager {

        private final X509Certificate only;

        private OnlyThis(X509Certificate only) {
            this.only = only;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            if (chain.length == 0 || !only.equals(chain[0])) {
                throw new CertificateException("the server shows another certificate");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("only servers are trusted here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
