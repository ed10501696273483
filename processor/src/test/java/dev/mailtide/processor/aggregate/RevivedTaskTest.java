package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.run.Meters;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Processor;
import org.junit.jupiter.api.Test;

/** After a failure Kafka Streams begins again with the same processors, and with what they have scheduled. */
class RevivedTaskTest {

    private final MockProcessorContext<String, Parcel> context = new MockProcessorContext<>();

    @Test
    void the_ledger_is_swept_as_often_as_before() {
        context.addStateStore(ProcessorChain.store(LedgerRows.FACTS, Serdes.ByteArray()));
        context.addStateStore(ProcessorChain.store(LedgerRows.EVENTS, Serdes.ByteArray()));
        AggregateMeters meters = new AggregateMeters(new Meters());
        assertSchedules(
                1,
                new Ledger(
                        AggregateHarness.REMEMBER_FOR,
                        new DeadLetterRecords("email.raw.v1", meters),
                        meters,
                        new Outside()));
    }

    @Test
    void totals_are_published_and_series_are_swept_as_often_as_before() {
        context.addStateStore(ProcessorChain.store(AddUp.TOTALS, Serdes.String()));
        context.addStateStore(ProcessorChain.store(DomainSeries.STORE, Serdes.ByteArray()));
        context.addStateStore(ProcessorChain.store(Unpublished.STORE, Serdes.String()));
        assertSchedules(2, new AddUp(new Outside()));
    }

    private void assertSchedules(int times, Processor<String, byte[], String, Parcel> processor) {
        processor.init(context);
        assertThat(scheduled()).isEqualTo(times);
        processor.init(context);
        assertThat(scheduled()).as("begun again without a close").isEqualTo(times);
        processor.close();
        assertThat(scheduled()).as("closed").isZero();
        processor.init(context);
        assertThat(scheduled()).as("begun again after it").isEqualTo(times);
    }

    private long scheduled() {
        return context.scheduledPunctuators().stream()
                .filter(Predicate.not(CapturedPunctuator::cancelled))
                .count();
    }
}
