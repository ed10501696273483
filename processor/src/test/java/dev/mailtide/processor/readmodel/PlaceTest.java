package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.Fingerprint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlaceTest {

    private static final List<Place> IN_ORDER = Stream.of(
                    Long.MAX_VALUE, 253_402_300_799_999L, 1L, 0L, -1L, -62_135_596_800_000L, Long.MIN_VALUE)
            .flatMap(millis -> Stream.of("00", "7f", "80", "ff")
                    .map(id -> new Place(millis, new Fingerprint(id.repeat(16)), "clinic.example")))
            .toList();

    @Test
    void bytes_sort_as_places_do_and_give_the_place_back() {
        for (int i = 0; i < IN_ORDER.size(); i++) {
            Place one = IN_ORDER.get(i);
            assertThat(Place.ofBytes(one.bytes(), 0, "clinic.example")).isEqualTo(one);
            assertThat(Place.ofCursor(one.cursor())).contains(one);
            for (int k = 0; k < IN_ORDER.size(); k++) {
                Place other = IN_ORDER.get(k);
                assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Integer.compare(i, k));
                assertThat(Integer.signum(Arrays.compareUnsigned(one.bytes(), other.bytes())))
                        .isEqualTo(Integer.compare(i, k));
            }
        }
    }

    @Test
    void two_domains_can_have_an_event_of_the_same_id_and_time_and_their_rows_sort_as_places_do() {
        List<Place> places = Stream.of("a.example", "a.example.org", "a0.example", "b.example")
                .map(domain -> new Place(7, new Fingerprint("7f".repeat(16)), domain))
                .toList();
        assertThat(places.stream().sorted()).containsExactlyElementsOf(places);
        assertThat(places.stream().sorted((one, other) -> Arrays.compareUnsigned(key(one), key(other))))
                .containsExactlyElementsOf(places);
        for (Place place : places) {
            assertThat(RowKeys.placeOfAnyDomain(key(place))).isEqualTo(place);
            assertThat(Place.ofCursor(place.cursor())).contains(place);
        }
    }

    private static byte[] key(Place place) {
        return RowKeys.ofAnyDomain(place);
    }

    @Test
    void what_is_no_cursor_is_none() {
        String good = IN_ORDER.get(0).cursor();
        for (String text : List.of(
                "",
                "x",
                good + "A",
                good.substring(1),
                "B" + good.substring(1),
                good.replace('A', '*'),
                "A".repeat(10_000),
                new Place(7, new Fingerprint("7f".repeat(16)), "not a host").cursor(),
                new Place(7, new Fingerprint("7f".repeat(16)), "").cursor(),
                "=".repeat(34))) {
            assertThat(Place.ofCursor(text)).as(text).isEqualTo(Optional.empty());
        }
    }
}
