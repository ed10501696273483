package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.fanout.Route.Place;
import dev.mailtide.testkit.schema.PublishedSchema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTest {

    private static final Instant TIME = Instant.parse("2026-04-18T20:27:26.001Z");

    @Test
    void every_row_is_as_the_schema_says_and_is_read_as_it_was_written() {
        for (RouteKind kind : RouteKind.values()) {
            for (RouteReason reason : RouteReason.values()) {
                Optional<String> topic = kind == RouteKind.IGNORED ? Optional.empty() : Optional.of("email.some.v1");
                Place place = new Place(kind, topic, TIME);
                Route least = new Route(
                        new SenderDomain("a.example"), place, reason, Optional.empty(), Optional.empty(), 0, 0);
                Route most = new Route(
                        new SenderDomain("a.example"), place, reason, Optional.of(place), Optional.of(reason), 3, 2);
                for (Route route : Arrays.asList(least, most)) {
                    assertThat(PublishedSchema.DOMAIN_ROUTE.problemsOfOurs(route.bytes()))
                            .isEmpty();
                    assertThat(Route.of(route.bytes())).contains(route);
                }
            }
        }
    }

    @Test
    void what_a_later_release_adds_is_no_reason_to_do_without_a_row() {
        Route route =
                read("{\"domain\":\"a.example\",\"route\":\"own\",\"topic\":\"t\",\"since\":\"2026-04-18T20:27:26.001Z\","
                                + "\"reason\":\"moon\",\"mood\":{}}")
                        .orElseThrow();

        assertThat(route.reason()).isEqualTo(RouteReason.UNKNOWN);
        assertThat(route.place().topic()).contains("t");
    }

    @Test
    void what_is_no_row_is_none() {
        assertThat(read("")).isEmpty();
        assertThat(read("{")).isEmpty();
        assertThat(read("[1]")).isEmpty();
        assertThat(read("{\"domain\":\"a.example\",\"route\":\"own\",\"since\":\"soon\"}"))
                .isEmpty();
        assertThat(read("{\"domain\":\"a.example\",\"route\":\"far\",\"since\":\"2026-04-18T20:27:26.001Z\"}"))
                .isEmpty();
        assertThat(read("{\"domain\":\"a b\",\"route\":\"own\",\"since\":\"2026-04-18T20:27:26.001Z\"}"))
                .isEmpty();
    }

    private static Optional<Route> read(String text) {
        return Route.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
