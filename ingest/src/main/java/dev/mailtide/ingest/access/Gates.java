package dev.mailtide.ingest.access;

import dev.mailtide.ingest.access.SecretPair.Which;
import inet.ipaddr.IPAddress;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All sources at one moment; never changed, only replaced as a whole. */
final class Gates {

    /** Compared with when there is no such source, so that this takes as long as a wrong secret. */
    private static final PathSecrets NOBODY = new PathSecrets(SecretPair.NONE);

    private final Map<String, Gate> byName;
    private final Networks trustedProxies;

    private Gates(Map<String, Gate> byName, Networks trustedProxies) {
        this.byName = Map.copyOf(byName);
        this.trustedProxies = trustedProxies;
    }

    static Gates first(AccessSettings settings, AccessMeters meters, TimeMeter time) {
        return new Gates(Map.of(), Networks.NONE).replacedBy(settings, meters, time);
    }

    /** The new settings. A rate that has not changed keeps its bucket: a reload is no way to a second burst. */
    Gates replacedBy(AccessSettings settings, AccessMeters meters, TimeMeter time) {
        Map<String, Gate> next = new HashMap<>();
        for (Source source : settings.sources()) {
            Optional<StandardWebhooks> signatures =
                    source.signing().map(secrets -> new StandardWebhooks(secrets, settings.signatureTolerance()));
            next.put(source.name(), new Gate(source, signatures, bucketOf(source, time), meters));
        }
        return new Gates(next, settings.trustedProxies());
    }

    private Optional<Bucket> bucketOf(Source source, TimeMeter time) {
        return Optional.ofNullable(byName.get(source.name()))
                .filter(before -> before.source().rate().equals(source.rate()))
                .map(Gate::bucket)
                .orElseGet(() -> source.rate().map(rate -> rate.bucket(time)));
    }

    boolean knows(String source) {
        return byName.containsKey(source);
    }

    /** Whether this is the source's URL and the sender's address is allowed; nothing is counted. */
    Admission look(Attempt attempt) {
        Optional<Gate> gate = Optional.ofNullable(byName.get(attempt.source()));
        Optional<Which> secret =
                gate.map(Gate::secrets).orElse(NOBODY).match(attempt.secret().orElse(""));
        if (gate.isEmpty()) {
            return new Admission.Denied(Denial.UNKNOWN_SOURCE);
        }
        if (!isAllowed(gate.get().source().allowFrom(), attempt)) {
            // Said before the secret is judged: from elsewhere, a stolen secret cannot even be tried.
            return new Admission.Denied(Denial.ADDRESS_NOT_ALLOWED);
        }
        boolean leftToTheSignature =
                attempt.secret().isEmpty() && gate.get().signatures().isPresent();
        return secret.isPresent() || leftToTheSignature
                ? new Admission.Admitted(gate.get(), secret)
                : new Admission.Denied(Denial.WRONG_SECRET);
    }

    private boolean isAllowed(Networks allowFrom, Attempt attempt) {
        return allowFrom.isAny()
                || clientOf(attempt).filter(allowFrom::contains).isPresent();
    }

    private Optional<IPAddress> clientOf(Attempt attempt) {
        return ClientAddress.of(attempt.peer(), attempt.forwardedFor(), trustedProxies);
    }
}
