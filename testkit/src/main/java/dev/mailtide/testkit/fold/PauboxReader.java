package dev.mailtide.testkit.fold;

import java.util.List;
import java.util.Optional;

/** Reads one raw body, step by step in the order of decision 0002; it asks no clock and keeps nothing. */
final class PauboxReader {

    private static final String PROVIDER = "paubox";
    private static final int MESSAGE_ID_CHARACTERS_MAX = 998;
    private static final Optional<String> ABSENT = Optional.empty();

    private PauboxReader() {}

    static Reading read(RawBody raw) {
        if (raw.body().isEmpty()) {
            return new Reading.DeadLetter("empty");
        }
        Optional<Json> json = Json.read(raw.body().bytes());
        if (json.isEmpty()) {
            return new Reading.DeadLetter("not-json");
        }
        return json.get() instanceof Json.Fields top ? read(raw, top) : new Reading.DeadLetter("not-an-object");
    }

    private static Reading read(RawBody raw, Json.Fields top) {
        if (!raw.provider().equals(PROVIDER)) {
            return new Reading.DeadLetter("unknown-provider");
        }
        Optional<String> eventName = field(top, "event_name") instanceof Json.Text ? text(top, "event_name") : ABSENT;
        if (eventName.isEmpty()) {
            return new Reading.DeadLetter("no-event-name");
        }
        if (!(field(top, "payload") instanceof Json.Fields payload)) {
            return new Reading.DeadLetter("no-payload");
        }
        Optional<String> domain = text(payload, "from").map(Mailbox::of).flatMap(Mailbox::domain);
        return domain.isEmpty()
                ? new Reading.DeadLetter("no-sender-domain")
                : new Reading.Understood(event(raw, domain.get(), eventName.get(), payload));
    }

    private static Event event(RawBody raw, String domain, String eventName, Json.Fields payload) {
        Optional<String> headerId = text(payload, "header_message_id").flatMap(PauboxReader::withoutBrackets);
        Optional<Mailbox> to = text(payload, "to").map(Mailbox::of);
        EventTime time = EventTime.of(text(payload, "time"), raw.receivedAt());
        String fingerprint = Fingerprint.of(List.of(
                Optional.of("v1"),
                Optional.of(raw.provider()),
                Optional.of(eventName),
                headerId,
                text(payload, "id"),
                to.map(Mailbox::lowerCased),
                time.text().or(() -> Optional.of(raw.receiptId())),
                ABSENT,
                ABSENT));
        String messageId = headerId.or(() -> text(payload, "source_tracking_id").filter(PauboxReader::isNotTooLong))
                .orElse("~" + fingerprint);
        Event.Row row =
                new Event.Row(domain, messageId, to.map(Mailbox::lowerCased).orElse(""));
        String group = RecipientGroups.of(to.flatMap(Mailbox::domain));
        return new Event(row, group, Kind.ofPaubox(eventName), fingerprint, time.occurredAt(), raw);
    }

    private static Optional<String> withoutBrackets(String id) {
        boolean enclosed = id.length() >= 2 && id.startsWith("<") && id.endsWith(">");
        String inside = enclosed ? id.substring(1, id.length() - 1).strip() : id;
        return Optional.of(inside).filter(text -> !text.isEmpty()).filter(PauboxReader::isNotTooLong);
    }

    private static boolean isNotTooLong(String id) {
        return id.length() <= MESSAGE_ID_CHARACTERS_MAX;
    }

    private static Json field(Json.Fields fields, String name) {
        return fields.byName().getOrDefault(name, new Json.Nothing());
    }

    private static Optional<String> text(Json.Fields fields, String name) {
        Json value = field(fields, name);
        if (value instanceof Json.Text text) {
            return something(text.value());
        }
        return value instanceof Json.Bare bare ? something(bare.value()) : ABSENT;
    }

    private static Optional<String> something(String raw) {
        StringBuilder wellFormed = new StringBuilder();
        raw.codePoints().map(PauboxReader::withoutLoneSurrogate).forEach(wellFormed::appendCodePoint);
        return Optional.of(wellFormed.toString().strip()).filter(text -> !text.isEmpty());
    }

    private static int withoutLoneSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE ? 0xFFFD : codePoint;
    }
}
