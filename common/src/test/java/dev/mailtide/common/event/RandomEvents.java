package dev.mailtide.common.event;

import dev.mailtide.common.event.EmailEvent.Details;
import dev.mailtide.common.event.EmailEvent.FromSource;
import dev.mailtide.common.event.EmailEvent.MessageIdSource;
import dev.mailtide.common.event.EmailEvent.MessageRef;
import dev.mailtide.common.event.EmailEvent.OccurredAtSource;
import dev.mailtide.common.event.EmailEvent.Occurrence;
import dev.mailtide.common.event.EmailEvent.Origin;
import dev.mailtide.common.event.EmailEvent.Recipient;
import dev.mailtide.common.event.EmailEvent.Sender;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One event for each seed: any field there or not, any text in it that Java can hold and UTF-8 can carry. */
final class RandomEvents {

    private static final long FIRST_MILLI =
            Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST_MILLI =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private final Random random;

    private RandomEvents(long seed) {
        this.random = new Random(seed);
    }

    static EmailEvent ofSeed(long seed) {
        return new RandomEvents(seed).event();
    }

    private EmailEvent event() {
        return new EmailEvent(
                new Fingerprint(hex()),
                oneOf(EventKind.values()),
                text(),
                new Origin(text(), oneOf(Provider.values()), text(), instant()),
                new Sender(domain(), maybe(this::text), oneOf(FromSource.values())),
                new Recipient(maybe(this::text), maybe(this::domain), maybe(() -> new RecipientKey(hex()))),
                new MessageRef(
                        text(),
                        oneOf(MessageIdSource.values()),
                        maybe(this::text),
                        maybe(this::text),
                        maybe(this::text)),
                new Occurrence(instant(), oneOf(OccurredAtSource.values())),
                details());
    }

    private Details details() {
        return new Details(
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(random::nextBoolean),
                texts(),
                texts(),
                Stream.generate(this::text).limit(random.nextInt(4)).toList());
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private String hex() {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    private Instant instant() {
        return Instant.ofEpochMilli(FIRST_MILLI + (long) (random.nextDouble() * (LAST_MILLI - FIRST_MILLI)));
    }

    private SenderDomain domain() {
        List<String> names = List.of("clinic.example", "xn--bcher-kva.example", "localhost", "a.b.c.d.example");
        return new SenderDomain(names.get(random.nextInt(names.size())));
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            texts.put(text(), text());
        }
        return texts;
    }

    /** 1 to 20 code points: half of them ASCII with its control characters, no lone surrogates. */
    private String text() {
        return random.ints(1 + random.nextInt(20), 0, Character.MAX_CODE_POINT + 1)
                .map(any -> any % 2 == 0 ? any % 128 : any)
                .map(any -> any >= Character.MIN_SURROGATE && any <= Character.MAX_SURROGATE ? '\uFFFD' : any)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
