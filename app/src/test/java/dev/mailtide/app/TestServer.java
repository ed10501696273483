package dev.mailtide.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An HTTPS server on the loopback address that says ok to everything, and the certificates behind it as PEM files. */
final class TestServer implements AutoCloseable {

    private static final String PASSWORD = "only-for-a-test";

    private final HttpsServer server;
    private final Path folder;
    private final KeyStore keys;
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());

    private TestServer(HttpsServer server, Path folder, KeyStore keys) {
        this.server = server;
        this.folder = folder;
        this.keys = keys;
    }

    /** Its certificate is for this name ({@code ip:127.0.0.1}, say), and issued by an authority of its own. */
    static TestServer certifiedFor(String name, Path folder) {
        try {
            Path store = folder.resolve("keys.p12");
            keytool(store, "issuer", "-ext", "bc:c");
            keytool(store, "server", "-signer", "issuer", "-ext", "san=" + name);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
            TestServer made = new TestServer(server, folder, keys);
            server.createContext("/", made::answer);
            server.start();
            return made;
        } catch (IOException | InterruptedException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path store, String alias, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(Arrays.asList(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool: " + said);
        }
    }

    /** With one key only: the server would be free to show the issuer's certificate, too. */
    private static SSLContext context(KeyStore keys) throws GeneralSecurityException, IOException {
        char[] password = PASSWORD.toCharArray();
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, null);
        one.setKeyEntry("server", keys.getKey("server", password), password, keys.getCertificateChain("server"));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(one, password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        return tls;
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        byte[] ok = "ok".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, ok.length);
        exchange.getResponseBody().write(ok);
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String path) {
        return "https://127.0.0.1:" + port() + path;
    }

    /** The bodies of all requests. */
    List<String> received() {
        return List.copyOf(received);
    }

    /** A file with the server's certificate and its issuer's. */
    Path chain() {
        return write("chain.pem", "server", "issuer");
    }

    /** A file with the server's certificate alone. */
    Path own() {
        return write("own.pem", "server");
    }

    /** A file with the issuer's certificate. */
    Path issuer() {
        return write("issuer.pem", "issuer");
    }

    private Path write(String file, String... aliases) {
        StringBuilder pem = new StringBuilder();
        try {
            for (String alias : aliases) {
                Certificate certificate = keys.getCertificate(alias);
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
            return Files.writeString(folder.resolve(file), pem);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
