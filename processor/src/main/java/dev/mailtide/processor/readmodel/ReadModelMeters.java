package dev.mailtide.processor.readmodel;

import dev.mailtide.common.run.Meters;
import io.micrometer.core.instrument.Counter;

/** How the read model is, for metrics. */
final class ReadModelMeters {

    private final Counter read;
    private final Counter unreadable;
    private final Counter published;
    private final Counter failures;

    ReadModelMeters(Meters meters, Partitions partitions) {
        this.read = meters.counter("mailtide.processor.read.model.events", "Events read into the read model");
        this.unreadable = meters.counter(
                "mailtide.processor.read.model.unreadable", "Records of the events topic that are no events");
        this.published = meters.counter(
                "mailtide.processor.read.model.suppressions.published", "Records written to the topic of suppressions");
        this.failures = meters.counter(
                "mailtide.processor.read.model.failures", "Times that reading failed and was begun again");
        meters.gauge(
                "mailtide.processor.read.model.lag.records",
                "Records of the events topic that are not in the read model yet",
                partitions::waiting);
        meters.gauge(
                "mailtide.processor.read.model.rebuilding.partitions",
                "Partitions on their way to the end that they had when they were taken up",
                partitions::rebuilding);
        meters.gauge("mailtide.processor.read.model.rows", "Rows of the read model, about", partitions::rows);
        meters.gauge(
                "mailtide.processor.read.model.bytes", "Bytes of the read model on disk, about", partitions::bytes);
    }

    void read(int events) {
        read.increment(events);
    }

    void unreadable() {
        unreadable.increment();
    }

    void published(int records) {
        published.increment(records);
    }

    void failed() {
        failures.increment();
    }
}
