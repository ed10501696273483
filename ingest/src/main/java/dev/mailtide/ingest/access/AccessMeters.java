package dev.mailtide.ingest.access;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.access.SecretPair.Which;
import io.micrometer.core.instrument.Counter;
import java.util.Locale;
import java.util.function.Supplier;

/** What is counted about who posts. Labels hold names of sources, and nothing that a sender can choose. */
final class AccessMeters {

    private final Meters meters;

    AccessMeters(Meters meters) {
        this.meters = meters;
    }

    /** @param kind where the secret is used: {@code url} or {@code signing} */
    Counter secretUsed(String source, String kind, Which which) {
        return meters.counter(
                "mailtide.ingest.secret.used",
                "Posts that showed this secret of the source",
                "source",
                source,
                "kind",
                kind,
                "secret",
                which.name().toLowerCase(Locale.ROOT));
    }

    Counter unknownSignature(String source) {
        return meters.counter(
                "mailtide.ingest.signature.headers.unknown",
                "Posts with a header that looks like a signature and that nobody checks",
                "source",
                source);
    }

    Counter reload(String result) {
        return meters.counter(
                "mailtide.ingest.reload", "Changed settings that were taken over, or could not be", "result", result);
    }

    void reloadFailing(Supplier<Number> failing) {
        meters.gauge(
                "mailtide.ingest.reload.failing",
                "1 while the settings as they are now cannot be used, and older ones hold",
                failing);
    }
}
