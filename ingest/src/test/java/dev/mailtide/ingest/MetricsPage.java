package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.run.Meters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;

/** What {@code /metrics} of a running ingest says at one moment. */
record MetricsPage(List<String> lines) {

    static MetricsPage of(Meters meters) {
        return new MetricsPage(meters.scrape().lines().toList());
    }

    static MetricsPage at(HttpClient http, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        return new MetricsPage(http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .toList());
    }

    /** Over all labels, or with the labels named. */
    long sum(String name) {
        double[] values = lines.stream()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .toArray();
        assertThat(values).as(name).isNotEmpty();
        return (long) Arrays.stream(values).sum();
    }

    /** The equations of {@link IngestMeters} and {@link SpoolMeters}, while nobody posts. */
    void balances() {
        assertThat(sum("mailtide_ingest_received_total"))
                .as("received")
                .isEqualTo(sum("mailtide_ingest_stored_total")
                        + sum("mailtide_ingest_refused_total")
                        + sum("mailtide_ingest_in_flight"));
        spoolBalances();
    }

    /** The equation of {@link SpoolMeters} alone. */
    void spoolBalances() {
        assertThat(sum("mailtide_spool_appended_total"))
                .as("appended")
                .isEqualTo(sum("mailtide_spool_drained_total")
                        + sum("mailtide_spool_set_aside_total")
                        + sum("mailtide_spool_lost_total")
                        + sum("mailtide_spool_waiting_frames")
                        + sum("mailtide_spool_in_doubt_frames"));
    }
}
