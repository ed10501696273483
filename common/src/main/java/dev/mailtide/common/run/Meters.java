package dev.mailtide.common.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The meters of one service, and their Prometheus text. No label ever holds an address, a secret, or a domain. */
public final class Meters implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    /** The registry holds them weakly only. */
    private final List<Supplier<Number>> counted = new CopyOnWriteArrayList<>();

    /** With the meters of the JVM and the process in it. */
    public Meters() {
        garbageCollection.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** A counter that begins at 0, so that it is there before the first event. */
    public Counter counter(String name, String description, String... labels) {
        return Counter.builder(name).description(description).tags(labels).register(registry);
    }

    /** A counter that somebody else keeps: it is asked for whenever the meters are read, and never goes back. */
    public void counted(String name, String description, Supplier<Number> figure, String... labels) {
        counted.add(figure);
        FunctionCounter.builder(name, figure, count -> count.get().doubleValue())
                .description(description)
                .tags(labels)
                .register(registry);
    }

    /** A figure that is asked for whenever the meters are read. */
    public void gauge(String name, String description, Supplier<Number> figure, String... labels) {
        Gauge.builder(name, figure).description(description).tags(labels).register(registry);
    }

    /** Everything in the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
