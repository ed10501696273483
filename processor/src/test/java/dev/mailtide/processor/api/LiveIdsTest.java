package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.processor.readmodel.LiveCursor;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands at each event of the live stream, and comes back when a reader was cut off. */
class LiveIdsTest {

    private static final LiveCursor PLACE = new LiveCursor(List.of(0L, 35L, 36L, 4_000_000_000L));

    private final LiveIds ids = new LiveIds(key(1));

    private static IdentityKey key(int last) {
        byte[] key = new byte[IdentityKey.BYTES];
        key[IdentityKey.BYTES - 1] = (byte) last;
        return new IdentityKey(key);
    }

    @Test
    void every_instance_opens_the_ids_of_every_other_and_two_of_one_place_are_not_alike() {
        String id = ids.of(PLACE);
        assertThat(new LiveIds(key(1)).cursor(id)).contains(PLACE);
        assertThat(ids.of(PLACE)).isNotEqualTo(id).hasSameSizeAs(id);
        assertThat(id).matches("[A-Za-z0-9_-]{80}");
    }

    @Test
    void nothing_else_is_one() {
        String good = ids.of(PLACE);
        byte[] bytes = Base64.getUrlDecoder().decode(good);
        for (int place = 0; place < bytes.length; place++) {
            byte[] other = bytes.clone();
            other[place] ^= 1;
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(other);
            assertThat(ids.cursor(text)).as("byte " + place).isEmpty();
        }
        for (String none :
                List.of("", "A", ".", "0.z.10.1u5hvr4", "é", good.substring(4), good + "AAAA", "A".repeat(10_000))) {
            assertThat(ids.cursor(none)).as(none).isEmpty();
        }
        assertThat(new LiveIds(key(2)).cursor(good))
                .as("of another installation")
                .isEmpty();
    }
}
