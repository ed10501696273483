package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Events as the read model sees them: few domains, recipients, messages and times, so that they meet; and bounces by number. */
final class RandomEvents {

    static final List<SenderDomain> DOMAINS =
            List.of(new SenderDomain("a.example"), new SenderDomain("a.example.org"), new SenderDomain("b.example"));

    /** The domain of bounces. */
    static final SenderDomain CLINIC = new SenderDomain("clinic.example");

    static final long BEGIN = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private static final EventKind[] KINDS = EventKind.values();

    private final SplittableRandom random;

    RandomEvents(long seed) {
        this.random = new SplittableRandom(seed);
    }

    EventHead next() {
        return new EventHead(
                new Fingerprint(hex(random.nextInt())),
                KINDS[random.nextInt(KINDS.length)],
                DOMAINS.get(random.nextInt(DOMAINS.size())),
                random.nextInt(8) == 0 ? Optional.empty() : Optional.of(recipient(random.nextInt(3))),
                "m-" + random.nextInt(12),
                BEGIN + random.nextInt(60) * 1000L);
    }

    static RecipientKey recipient(int number) {
        return new RecipientKey(hex(number));
    }

    /** A hard bounce, by its number of a recipient of that number. */
    static EventHead bounce(int number, long occurredMillis) {
        return new EventHead(
                new Fingerprint(hex(number)),
                EventKind.BOUNCED_HARD,
                CLINIC,
                Optional.of(recipient(number)),
                "m",
                occurredMillis);
    }

    /** Ids of all bounces in a store, in the order of the list of their domain. */
    static List<String> ids(EventStore store) {
        return ids(store, Optional.of(CLINIC));
    }

    /** The same in the order of the list of all events. */
    static List<String> idsOfAll(EventStore store) {
        return ids(store, Optional.empty());
    }

    private static List<String> ids(EventStore store, Optional<SenderDomain> domain) {
        List<String> ids = new ArrayList<>();
        store.list(new EventList(domain, Optional.empty(), Optional.empty()), Optional.empty(), (place, event) -> {
            ids.add(place.id().hex());
            return true;
        });
        return ids;
    }

    static String hex(int number) {
        return String.format("%032x", number & 0xffffffffL);
    }

    static EventStore.Appended appended(EventHead head, long appendMillis) {
        return new EventStore.Appended(appendMillis, head, ByteBuffer.wrap(json(head)));
    }

    /** As much of it as the read model reads. */
    static byte[] json(EventHead head) {
        String text =
                "{\"id\":\"" + head.id().hex() + "\",\"type\":\"" + head.kind().type() + "\""
                        + head.kind()
                                .bounceType()
                                .map(bounce -> ",\"bounceType\":\"" + bounce + "\"")
                                .orElse("")
                        + ",\"later\":{\"id\":[1,{}]},\"senderDomain\":\""
                        + head.domain().name() + "\""
                        + head.recipient()
                                .map(key -> ",\"recipientKey\":\"" + key.hex() + "\",\"recipient\":\"r" + key.hex()
                                        + "@home.example\"")
                                .orElse("")
                        + ",\"messageId\":\"" + head.messageId() + "\",\"occurredAt\":\""
                        + Times.text(Instant.ofEpochMilli(head.occurredMillis())) + "\"}";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
