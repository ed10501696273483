package dev.mailtide.processor.aggregate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Removes the rows of messages that are forgotten and of which nothing more has come: without it the ledger would hold
 * every message for ever. It looks at a bounded number of rows at a turn, and the next turn goes on where it ended.
 *
 * <p>It must give the same result as the check when a row is read. That one is exact: it compares with the append time of
 * the record at hand. Here the least append time that can still come is needed, and what is known is up to when everything
 * is counted, of all raw partitions, however far apart they are read. That time is of several clocks, the brokers' and this
 * process's, and after a start with much waiting it is not sure at once. So a row is removed only when it has been forgotten
 * for {@link #SLACK} more.
 */
final class LedgerSweep {

    /** How wrong the time may be by which it sweeps. */
    static final Duration SLACK = Duration.ofDays(1);

    private static final int ROWS_MAX = 1_000;
    private static final byte[] FIRST = {};

    private final LedgerRows rows;
    private final Duration removeAfter;
    private final AggregateMeters meters;
    private byte[] position = FIRST;
    private long leastHeardMillis = Long.MAX_VALUE;
    private long nextPassAfterMillis;

    LedgerSweep(LedgerRows rows, Duration rememberFor, AggregateMeters meters) {
        this.rows = rows;
        this.removeAfter = rememberFor.plus(SLACK);
        this.meters = meters;
    }

    /**
     * Looks at the next rows, 1,000 at most. Between two passes nothing is looked at, until the row that was heard of least
     * recently can be removed.
     *
     * @param leastToComeMillis no record with an append time before it comes any more
     */
    void turn(long leastToComeMillis) {
        if (position.length == 0 && leastToComeMillis <= nextPassAfterMillis) {
            return;
        }
        List<byte[]> forgotten = new ArrayList<>();
        position = look(leastToComeMillis, forgotten);
        forgotten.forEach(rows::forget);
        meters.swept(forgotten.size());
        if (position.length == 0) {
            nextPassAfterMillis = Math.min(leastHeardMillis, leastToComeMillis) + removeAfter.toMillis();
            leastHeardMillis = Long.MAX_VALUE;
        }
    }

    /** Gives back where the next turn begins. */
    private byte[] look(long leastToComeMillis, List<byte[]> forgotten) {
        try (KeyValueIterator<byte[], byte[]> all = rows.factsFrom(position)) {
            for (int looked = 0; looked < ROWS_MAX && all.hasNext(); looked++) {
                KeyValue<byte[], byte[]> row = all.next();
                long heardMillis = FactsCodec.decode(row.value).lastHeardMillis();
                if (leastToComeMillis > heardMillis + removeAfter.toMillis()) {
                    forgotten.add(row.key);
                } else {
                    leastHeardMillis = Math.min(leastHeardMillis, heardMillis);
                }
                position = row.key;
            }
            // The least key after this one.
            return all.hasNext() ? Arrays.copyOf(position, position.length + 1) : FIRST;
        }
    }
}
