package dev.mailtide.ingest.access;

import dev.mailtide.ingest.access.SecretPair.Which;
import dev.mailtide.ingest.access.StandardWebhooks.Verdict;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One source, ready to be compared with: hashed secrets, keys, its bucket and its counters. Safe for several threads. */
final class Gate {

    private static final String URL = "url";
    private static final String SIGNING = "signing";

    private final Source source;
    private final PathSecrets secrets;
    private final Optional<StandardWebhooks> signatures;
    private final Optional<Bucket> bucket;
    private final Map<Which, Counter> urlSecretUsed;
    private final Map<Which, Counter> signingSecretUsed;
    private final Counter unknownSignature;

    Gate(Source source, Optional<StandardWebhooks> signatures, Optional<Bucket> bucket, AccessMeters meters) {
        this.source = source;
        this.secrets = new PathSecrets(source.secrets());
        this.signatures = signatures;
        this.bucket = bucket;
        this.urlSecretUsed = counters(source, URL, meters);
        this.signingSecretUsed = signatures.isPresent() ? counters(source, SIGNING, meters) : Map.of();
        this.unknownSignature = meters.unknownSignature(source.name());
    }

    private static Map<Which, Counter> counters(Source source, String kind, AccessMeters meters) {
        Map<Which, Counter> counters = new EnumMap<>(Which.class);
        for (Which which : Which.values()) {
            counters.put(which, meters.secretUsed(source.name(), kind, which));
        }
        return counters;
    }

    Source source() {
        return source;
    }

    Optional<Bucket> bucket() {
        return bucket;
    }

    PathSecrets secrets() {
        return secrets;
    }

    Optional<StandardWebhooks> signatures() {
        return signatures;
    }

    /** The header of a signature that is checked; empty if none is. */
    String knownSignatureHeader() {
        return signatures.isPresent() ? SignedHeaders.SIGNATURE : "";
    }

    void countUrlSecret(Which which) {
        Objects.requireNonNull(urlSecretUsed.get(which)).increment();
    }

    void countSigningSecret(Verdict.Genuine genuine) {
        Objects.requireNonNull(signingSecretUsed.get(genuine.secret())).increment();
    }

    void countUnknownSignature() {
        unknownSignature.increment();
    }

    /** Whether one more post is within the rate; takes its token. */
    boolean hasRoom() {
        return bucket.isEmpty() || bucket.get().tryConsume(1);
    }
}
