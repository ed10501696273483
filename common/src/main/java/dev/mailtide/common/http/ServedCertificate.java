package dev.mailtide.common.http;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that a listener shows, taken again whenever its files change. A new pair is read and checked first,
 * whole; only then do new connections get it, and those that are open keep the old one. A pair that cannot be used changes
 * nothing: tools write certificate and key one after the other, so for a moment they need not match. It is tried again at
 * every look, since the reason may pass by itself: a time that has not come yet, a process with too many files open.
 */
final class ServedCertificate extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(ServedCertificate.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration WARN_BEFORE = Duration.ofDays(21);
    private static final Duration WARN_EVERY = Duration.ofDays(1);

    /** TLS 1.3 has no others; of TLS 1.2 those with forward secrecy and authenticated encryption (RFC 9325 4.2). */
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    };

    /** The JDK keeps 20,480 otherwise; they only spare a handshake. */
    private static final int SESSIONS_MAX = 1_000;

    private final TlsFiles files;
    private final InstantSource clock;
    private final SslContextFactory.Server context = new Context();
    private final Counter taken;
    private final Counter refused;
    private final SwappableKeys keys;
    private byte[] inUse;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<Scheduler> scheduler = Optional.empty();
    private volatile Instant expiresAt;
    private volatile Instant warnAgainAt = Instant.MIN;

    ServedCertificate(TlsFiles files, InstantSource clock, Meters meters) {
        this.files = files;
        this.clock = clock;
        this.taken = meters.counter("mailtide.tls.certificate.taken", "Times that a changed certificate was taken");
        this.refused = meters.counter(
                "mailtide.tls.certificate.refused",
                "Times that changed files could not be used, and the old ones went on");
        meters.gauge(
                "mailtide.tls.certificate.expires.seconds",
                "Seconds until the certificate expires",
                () -> Duration.between(clock.instant(), expiresAt()).toSeconds());
        meters.gauge(
                "mailtide.tls.certificate.failing",
                "1 while the files as they are now cannot be used",
                () -> problem.isPresent() ? 1 : 0);
        try {
            this.inUse = digest();
            PemPair first = PemPair.read(files.certificate(), files.key(), clock.instant());
            this.keys = new SwappableKeys(first);
            this.expiresAt = first.expiresAt();
        } catch (PemPair.Unusable | IOException e) {
            throw new ResourceException("cannot use the certificate: " + e.getMessage(), e);
        }
        configure();
    }

    private Instant expiresAt() {
        return expiresAt;
    }

    private void configure() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {keys}, null, null);
            tls.getServerSessionContext().setSessionCacheSize(SESSIONS_MAX);
            context.setSslContext(tls);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setIncludeCipherSuites(SUITES);
        context.setUseCipherSuitesOrder(true);
        context.setRenegotiationAllowed(false);
    }

    /** A connector that speaks TLS with this certificate, and looks after its files while it runs. */
    ServerConnector connector(Server jetty, HttpConnectionFactory http) {
        SslConnectionFactory tls = new SslConnectionFactory(context, http.getProtocol());
        // It would refuse a host name that is not in the certificate, as that of a health check by address.
        tls.setEnsureSecureRequestCustomizer(false);
        ServerConnector connector = new ServerConnector(jetty, tls, http);
        scheduler = Optional.of(connector.getScheduler());
        connector.addBean(this);
        return connector;
    }

    @Override
    protected void doStart() {
        lookAgain();
    }

    private void lookAgain() {
        scheduler.ifPresent(timer -> timer.schedule(this::look, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void look() {
        try {
            takeIfChanged();
            warnIfDue();
        } finally {
            if (isRunning()) {
                lookAgain();
            }
        }
    }

    /** Takes the files if their content is another than that of the pair in use. */
    private void takeIfChanged() {
        try {
            byte[] now = digest();
            if (!Arrays.equals(now, inUse)) {
                take(PemPair.read(files.certificate(), files.key(), clock.instant()));
                inUse = now;
            }
            problem = Optional.empty();
        } catch (PemPair.Unusable e) {
            keepOld(String.join("; ", e.problems()));
        } catch (IOException | RuntimeException e) {
            keepOld(e.getClass().getSimpleName());
        }
    }

    private void take(PemPair fresh) {
        keys.swap(fresh);
        expiresAt = fresh.expiresAt();
        warnAgainAt = Instant.MIN;
        taken.increment();
        LOG.info("the certificate in {} was taken; it expires at {}", files.certificate(), expiresAt);
    }

    /** Says so once for each reason, since the same files are tried every second. */
    private void keepOld(String why) {
        if (problem.filter(why::equals).isPresent()) {
            return;
        }
        problem = Optional.of(why);
        refused.increment();
        LOG.error(
                "the changed files {} and {} cannot be used; going on with the old certificate, which expires at {}: {}",
                files.certificate(),
                files.key(),
                expiresAt,
                why);
    }

    private void warnIfDue() {
        Instant now = clock.instant();
        if (now.isAfter(warnAgainAt) && now.isAfter(expiresAt.minus(WARN_BEFORE))) {
            warnAgainAt = now.plus(WARN_EVERY);
            LOG.warn("the certificate in {} expires at {}; put a new one in its place", files.certificate(), expiresAt);
        }
    }

    /** Of the content, since a file can be replaced within one tick of its time stamp, and by one of the same size. */
    private byte[] digest() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(files.certificate()));
            digest.update("|".getBytes(StandardCharsets.US_ASCII));
            return digest.digest(Files.readAllBytes(files.key()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static final class Context extends SslContextFactory.Server {

        @Override
        public SSLParameters customize(SSLParameters parameters) {
            SSLParameters customized = super.customize(parameters);
            customized.setAlgorithmConstraints(new EllipticOnly());
            return customized;
        }
    }
}
