package dev.mailtide.common.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MetersTest {

    @AutoClose
    private final Meters meters = new Meters();

    @Test
    void a_counter_is_there_before_the_first_event_and_counts() {
        var counter = meters.counter("mailtide.bodies", "Bodies taken in.", "source", "main");

        assertThat(meters.scrape().lines())
                .contains(
                        "# HELP mailtide_bodies_total Bodies taken in.", "mailtide_bodies_total{source=\"main\"} 0.0");
        counter.increment();
        assertThat(meters.scrape().lines()).contains("mailtide_bodies_total{source=\"main\"} 1.0");
    }

    @Test
    void a_counter_that_somebody_else_keeps_is_asked_whenever_the_meters_are_read() {
        AtomicInteger torn = new AtomicInteger(3);
        meters.counted("mailtide.parts", "Parts that are torn.", torn::get, "reason", "torn");

        assertThat(meters.scrape().lines())
                .contains("# TYPE mailtide_parts_total counter", "mailtide_parts_total{reason=\"torn\"} 3.0");
        torn.set(7);
        assertThat(meters.scrape().lines()).contains("mailtide_parts_total{reason=\"torn\"} 7.0");
    }

    @Test
    void a_gauge_is_asked_whenever_the_meters_are_read() {
        AtomicInteger backlog = new AtomicInteger(3);
        meters.gauge("mailtide.backlog", "Bodies that wait.", backlog::get);

        assertThat(meters.scrape().lines()).contains("mailtide_backlog 3.0");
        backlog.set(7);
        assertThat(meters.scrape().lines()).contains("mailtide_backlog 7.0");
    }
}
