package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import dev.mailtide.common.event.RecipientKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** The bytes of version 1 of every stored form: what stands in a store today must be readable for ever. */
class StoredFormatsTest {

    private static final Facts FACTS = new Facts(
            Optional.of("pat@gmail.com"),
            RecipientGroup.GMAIL,
            1_776_542_846_000L,
            1_776_542_846_001L,
            Map.of(Mark.DELIVERED, 1_776_542_845_379L, Mark.MACHINE_OPENED, -1L));

    private static final Delta DELTA = new Delta(
            1_776_542_846_001L,
            1_776_542_845_379L,
            EventKind.BOUNCED_SOFT,
            "paubox-main",
            Provider.PAUBOX,
            RecipientGroup.OTHER,
            Map.of(MessageCount.TOTAL, 1, MessageCount.SOFT_BOUNCED, 1, MessageCount.DELIVERED, -1),
            Map.of(0, -1, 183, 1),
            new SeriesMove(
                    Optional.of(new SeriesPlace(1_776_542_845_379L, Standing.SOFT_BOUNCED)),
                    Optional.of(new SeriesPlace(1_776_542_845_000L, Standing.DELIVERED))),
            true);

    private static final Bucket BUCKET = new Bucket(
            counts(EventKind.class, Map.of(EventKind.OPENED, 300)),
            counts(Standing.class, Map.of(Standing.DELIVERED, 7, Standing.PENDING, 1)));

    private static final Totals TOTALS = new Totals(
            1,
            2,
            -3,
            4,
            new TreeMap<>(Map.of("paubox-main", Provider.PAUBOX)),
            counts(EventKind.class, Map.of(EventKind.OPENED, 300)),
            Map.of(
                    RecipientGroup.APPLE,
                    counts(MessageCount.class, Map.of(MessageCount.TOTAL, 200, MessageCount.OPENED, 7))),
            new TreeMap<>(Map.of(183, 4L)));

    private static final SeenEvent SEEN =
            new SeenEvent(EventKind.OPENED, 1_776_542_845_379L, "receipt-1", new RawPosition(7, 1_000_000L));

    private static final LedgerEntry ENTRY = new LedgerEntry(
            new LedgerEvent(
                    new Fingerprint("0123456789abcdef0123456789abcdef"),
                    MessageKey.parse("clinic.example/m/1"),
                    Mark.MACHINE_OPENED,
                    1_776_542_845_379L,
                    new LedgerEvent.Report("paubox-main", Provider.PAUBOX, "receipt-1"),
                    new LedgerEvent.Recipient(
                            Optional.of(new RecipientKey("ff".repeat(16))),
                            Optional.of("pat@gmail.com"),
                            RecipientGroup.GMAIL)),
            new RawPosition(7, 1_000_000L),
            Bytes.wrap(new byte[] {'{', '}'}));

    @Test
    void the_entry_of_the_ledger() {
        same(ENTRY.encode(), ENTRY_V1);
        assertThat(LedgerEntry.decode("clinic.example/m/1", bytes(ENTRY_V1))).isEqualTo(ENTRY);
    }

    @Test
    void an_entry_without_a_recipient() {
        LedgerEvent event = ENTRY.event();
        LedgerEntry entry = new LedgerEntry(
                new LedgerEvent(
                        event.id(),
                        event.message(),
                        Mark.UNKNOWN,
                        -1,
                        event.report(),
                        new LedgerEvent.Recipient(Optional.empty(), Optional.empty(), RecipientGroup.OTHER)),
                ENTRY.raw(),
                ENTRY.json());
        assertThat(LedgerEntry.decode("clinic.example/m/1", entry.encode())).isEqualTo(entry);
    }

    @Test
    void the_row_of_a_message_to_a_recipient() {
        same(FactsCodec.encode(FACTS), FACTS_V1);
        assertThat(FactsCodec.decode(bytes(FACTS_V1))).isEqualTo(FACTS);
    }

    @Test
    void the_delta() {
        same(DeltaCodec.encode(DELTA), DELTA_V1);
        assertThat(DeltaCodec.decode(bytes(DELTA_V1))).isEqualTo(DELTA);
    }

    @Test
    void a_delta_that_moves_no_message() {
        Delta still = new Delta(
                2,
                -1,
                EventKind.UNKNOWN,
                "s",
                Provider.PAUBOX,
                RecipientGroup.OTHER,
                Map.of(),
                Map.of(),
                SeriesMove.NONE,
                false);
        assertThat(DeltaCodec.decode(DeltaCodec.encode(still))).isEqualTo(still);
    }

    @Test
    void a_bucket_of_a_series() {
        same(BUCKET.encode(), BUCKET_V1);
        assertThat(Bucket.decode(bytes(BUCKET_V1))).isEqualTo(BUCKET);
    }

    @Test
    void the_key_of_a_bucket() {
        same(new SeriesKey("a.example", BucketSize.HOUR, 1_776_542_400_000L).bytes(), KEY_V1);
        assertThat(SeriesKey.startOf(bytes(KEY_V1))).isEqualTo(1_776_542_400_000L);
    }

    @Test
    void what_is_not_published_yet() {
        List<SeriesKey> buckets = List.of(
                new SeriesKey("a.example", BucketSize.MINUTE, 1_776_542_820_000L),
                new SeriesKey("a.example", BucketSize.DAY, 0));
        same(Unpublished.encode(buckets), UNPUBLISHED_V1);
        assertThat(Unpublished.decode("a.example", bytes(UNPUBLISHED_V1))).isEqualTo(buckets);
    }

    @Test
    void up_to_when_series_are_swept() {
        assertThat(DomainSeries.sweptMillis(Optional.of(bytes("02e2b0a4a3b467"))))
                .isEqualTo(1_776_542_846_001L);
        assertThat(DomainSeries.sweptMillis(Optional.empty())).isZero();
    }

    @Test
    void the_totals_of_a_domain() {
        same(TotalsCodec.encode(TOTALS), TOTALS_V1);
        assertThat(TotalsCodec.decode(bytes(TOTALS_V1))).isEqualTo(TOTALS);
    }

    @Test
    void the_row_of_an_event() {
        same(SEEN.encode(), SEEN_V1);
        assertThat(SeenEvent.decode(bytes(SEEN_V1))).isEqualTo(SEEN);
    }

    @Test
    void a_newer_version_is_refused_by_name() {
        assertThatThrownBy(() -> FactsCodec.decode(new byte[] {4}))
                .hasMessage("expected format version 1, found 2; was it written by a newer release?");
    }

    @Test
    void bytes_that_end_too_early_are_refused_at_every_length() {
        byte[] whole = TotalsCodec.encode(TOTALS);
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TotalsCodec.decode(torn))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static final String FACTS_V1 =
            "021a70617440676d61696c2e636f6d02e2b0a4a3b467040286a7a4a3b4671e01e0b0a4a3b467";
    private static final String ENTRY_V1 =
            "020e80897a0123456789abcdef0123456789abcdef1e86a7a4a3b46716706175626f782d6d61696e0012726563656970742d3120ffffffffffffffffffffffffffffffff1a70617440676d61696c2e636f6d02047b7d";
    private static final String DELTA_V1 =
            "02e2b0a4a3b46786a7a4a3b4670616706175626f782d6d61696e000006000206020a01040001ee020202000402f5050802";
    private static final String BUCKET_V1 = "020212d804040002080e";
    private static final String KEY_V1 = "612e6578616d706c6500680000019da22dbe00";
    private static final String UNPUBLISHED_V1 = "020400c09aa1a3b4670400";
    private static final String TOTALS_V1 = "02020405080216706175626f782d6d61696e000212d804020804009003140e02ee0208";
    private static final String SEEN_V1 = "021286a7a4a3b46712726563656970742d310e80897a";

    private static void same(byte[] encoded, String golden) {
        assertThat(HexFormat.of().formatHex(encoded)).isEqualTo(golden);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static <E extends Enum<E>> Counts<E> counts(Class<E> type, Map<E, Integer> numbers) {
        return Counts.none(type).plus(numbers);
    }
}
