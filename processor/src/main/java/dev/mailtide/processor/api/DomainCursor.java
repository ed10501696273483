package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.aggregate.DomainQuery.Place;
import dev.mailtide.processor.aggregate.DomainSort;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a list of domains goes on: opaque, so that what is behind it can change. */
final class DomainCursor {

    private static final Pattern TEXT = Pattern.compile("([A-Za-z]+) (-?[0-9]{1,18}) ([a-z0-9.-]+)");

    private DomainCursor() {}

    static String encode(Place place, DomainSort sort) {
        byte[] text = (sort.wireName() + " " + place.rank() + " " + place.name()).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /** Nothing if it is none, or of another order. */
    static Optional<Place> decode(String cursor, DomainSort sort) {
        try {
            Matcher text = TEXT.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            return Optional.of(text)
                    .filter(Matcher::matches)
                    .filter(parts -> parts.group(1).equals(sort.wireName()))
                    .filter(parts -> SenderDomain.of(parts.group(3))
                            .filter(domain -> domain.name().equals(parts.group(3)))
                            .isPresent())
                    .map(parts -> new Place(Long.parseLong(parts.group(2)), parts.group(3)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
