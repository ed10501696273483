package dev.mailtide.processor.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.privacy.PrivacySettings;
import java.util.Optional;

/**
 * Turns one raw record into one normalised event, or says why it cannot. A pure function of the record: the same record
 * always gives the same event, which is what makes replays harmless.
 */
public final class Normaliser {

    private final PauboxEvents paubox;
    private final PrivacySettings privacy;

    /**
     * One that lets everything pass.
     *
     * @param identityKey makes recipient keys of addresses
     */
    public Normaliser(IdentityKey identityKey) {
        this(identityKey, PrivacySettings.KEEP_ALL);
    }

    /**
     * One that lets pass what the places behind it may hold.
     *
     * @param identityKey makes recipient keys of addresses
     */
    public Normaliser(IdentityKey identityKey, PrivacySettings privacy) {
        this.privacy = privacy;
        this.paubox = new PauboxEvents(identityKey);
    }

    /** The bytes without the compression in which they came; nothing if that is damaged, or stands for too many. */
    public static Optional<byte[]> content(byte[] body) {
        try {
            return Optional.of(Gzip.content(body));
        } catch (Gzip.UnreadableException e) {
            return Optional.empty();
        }
    }

    /** Reads the body, compressed by gzip or not. Never throws for anything that a sender can send. */
    public Reading read(RawBody raw, byte[] body) {
        try {
            return withoutWhatNobodyHolds(readContent(raw, Gzip.content(body)));
        } catch (Gzip.UnreadableException e) {
            return new Reading.Unreadable(e.reason());
        }
    }

    private Reading withoutWhatNobodyHolds(Reading reading) {
        if (!(reading instanceof Reading.Understood understood)) {
            return reading;
        }
        EmailEvent event = understood.event();
        return new Reading.Understood(
                event,
                privacy.events().of(event),
                privacy.state().ofAddress(event.recipient().address()));
    }

    private Reading readContent(RawBody raw, byte[] body) {
        if (body.length == 0) {
            return new Reading.Unreadable(DeadReason.EMPTY);
        }
        Optional<JsonNode> json = JsonBody.parse(body);
        if (json.isEmpty()) {
            return new Reading.Unreadable(DeadReason.NOT_JSON);
        }
        if (!json.get().isObject()) {
            return new Reading.Unreadable(DeadReason.NOT_AN_OBJECT);
        }
        if (!Provider.PAUBOX.wireName().equals(raw.provider())) {
            return new Reading.Unreadable(DeadReason.UNKNOWN_PROVIDER);
        }
        return paubox.read(json.get(), body.length, raw);
    }
}
