package dev.mailtide.processor.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a recipient: the same, however it came to be known; and the rule that says what follows. */
class SuppressionRowTest {

    private static final Addressee PAT =
            new Addressee(new SenderDomain("clinic.example"), new RecipientKey("0".repeat(32)));

    @Test
    void the_same_events_give_the_same_row_in_any_order_with_any_repetition_and_split() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RandomEvents events = new RandomEvents(seed);
            List<SuppressionRow> said = new ArrayList<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                SuppressionRow.of(events.next(), random.nextInt(1000)).ifPresent(said::add);
            }
            SuppressionRow inOrder = merged(said);
            List<SuppressionRow> again = new ArrayList<>(said);
            said.stream().filter(row -> random.nextBoolean()).forEach(again::add);
            Collections.shuffle(again, random);
            int cut = random.nextInt(again.size() + 1);
            SuppressionRow split = merged(again.subList(cut, again.size())).and(merged(again.subList(0, cut)));

            assertThat(split).as("seed %d", seed).isEqualTo(inOrder);
            assertThat(split.and(inOrder)).as("seed %d", seed).isEqualTo(inOrder);
        }
    }

    private static SuppressionRow merged(List<SuppressionRow> rows) {
        return rows.stream().reduce(SuppressionRow.NOTHING, SuppressionRow::and);
    }

    @Test
    void what_is_written_is_what_is_read_in_a_database_and_in_a_topic() {
        for (int seed = 0; seed < 500; seed++) {
            RandomEvents events = new RandomEvents(seed);
            SuppressionRow row = IntStream.range(0, 30)
                    .mapToObj(i -> SuppressionRow.of(events.next(), i))
                    .flatMap(Optional::stream)
                    .reduce(SuppressionRow.NOTHING, SuppressionRow::and);

            assertThat(SuppressionCodec.decode(SuppressionCodec.encode(row)))
                    .as("seed %d", seed)
                    .isEqualTo(row);
            assertThat(SuppressionJson.decode(SuppressionJson.encode(PAT, row)))
                    .as("seed %d", seed)
                    .contains(row);
        }
        assertThat(Addressee.of(PAT.key())).contains(PAT);
        assertThat(Addressee.of("clinic.example")).isEmpty();
        assertThat(SuppressionJson.decode("{\"asOf\":\"yesterday\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "hard:5,                                  hard-bounce",
                "hard:5 delivered:6,                      -",
                "delivered:6 hard:5,                      -",
                "hard:5 delivered:5,                      hard-bounce",
                "hard:5 delivered:4,                      hard-bounce",
                "hard:5 opened:6,                         hard-bounce",
                "hard:5 delivered:6 hard:7,               hard-bounce",
                "complained:5,                            complaint",
                "complained:5 delivered:6 resubscribed:7, complaint",
                "unsubscribed:5,                          unsubscribe",
                "unsubscribed:5 resubscribed:6,           -",
                "unsubscribed:5 resubscribed:5,           unsubscribe",
                "resubscribed:4 unsubscribed:5,           unsubscribe",
                "unsubscribed:5 delivered:6,              unsubscribe",
                "soft:1:a soft:2:b,                       -",
                "soft:1:a soft:2:b soft:3:b soft:4:b,     -",
                "soft:1:a soft:2:b soft:3:c,              soft-bounces",
                "soft:1:a soft:2:b soft:3:c delivered:3,  -",
                "soft:1:a soft:2:b soft:3:c delivered:2,  -",
                "delivered:0 soft:1:a soft:2:b soft:3:c,  soft-bounces",
                "hard:1 complained:2 unsubscribed:3 soft:4:a soft:5:b soft:6:c, hard-bounce complaint unsubscribe soft-bounces",
                "deferred:1 dropped:2 failed:3 rejected:4 sent:5 undetermined:6 unknown:7, -",
            })
    void somebody_is_a_candidate_for_these_reasons(String events, String reasons) {
        SuppressionRow row = SuppressionRow.NOTHING;
        int id = 0;
        for (String event : events.split(" ", -1)) {
            row = row.and(
                    SuppressionRow.of(event(event.split(":", -1), id++), 1).orElse(SuppressionRow.NOTHING));
        }
        assertThat(SuppressionReason.of(row, 3).stream()
                        .map(SuppressionReason::wireName)
                        .toList())
                .isEqualTo(reasons == null ? List.of() : List.of(reasons.split(" ", -1)));
    }

    private static EventHead event(String[] parts, int id) {
        EventKind kind = switch (parts[0]) {
            case "hard" -> EventKind.BOUNCED_HARD;
            case "soft" -> EventKind.BOUNCED_SOFT;
            case "undetermined" -> EventKind.BOUNCED_UNDETERMINED;
            default -> EventKind.of(parts[0], Optional.empty());
        };
        return new EventHead(
                new Fingerprint(String.format("%032x", id)),
                kind,
                PAT.domain(),
                Optional.of(PAT.recipient()),
                parts.length > 2 ? parts[2] : "m",
                Long.parseLong(parts[1]));
    }

    @Test
    void an_event_that_names_nobody_says_nothing() {
        EventHead named = event(new String[] {"hard", "5"}, 1);
        EventHead nobody = new EventHead(
                named.id(), named.kind(), named.domain(), Optional.empty(), named.messageId(), named.occurredMillis());

        assertThat(SuppressionRow.of(named, 1)).isPresent();
        assertThat(SuppressionRow.of(nobody, 1)).isEmpty();
    }
}
