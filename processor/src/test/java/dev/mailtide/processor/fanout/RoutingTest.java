package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.fanout.Route.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class RoutingTest {

    private static final SenderDomain A = new SenderDomain("a.example");
    private static final SenderDomain B = new SenderDomain("b.example");

    private final RouteTable table = new RouteTable(2);
    private final Wanted wanted = new Wanted(table);
    private final AtomicInteger hurried = new AtomicInteger();

    /** What is written when somebody hurries: nothing the first time. */
    private final List<List<Route>> rowsOfThisTurn =
            new ArrayList<>(List.of(List.of(), List.of(row(A, RouteReason.RULE))));

    private Routing routing(Duration patience) {
        return new Routing(table, wanted, "overflow", hurried::incrementAndGet, patience);
    }

    @Test
    void a_domain_without_a_route_is_asked_for_once_at_a_time_and_waited_for() throws Exception {
        CompletableFuture<Optional<String>> waiting = CompletableFuture.supplyAsync(
                () -> routing(Duration.ofSeconds(30)).topicFor(A));
        while (hurried.get() == 0) {
            Thread.onSpinWait();
        }
        assertThat(wanted.next()).contains(new RouteRequest(List.of(A), List.of(A), Map.of(), Optional.empty()));
        assertThat(wanted.next()).isEmpty();
        table.put(List.of(row(A, RouteReason.CREATING)));
        assertThat(waiting).isNotDone();

        table.put(List.of(row(A, RouteReason.RULE)));

        assertThat(waiting.get(30, TimeUnit.SECONDS)).contains("topic of a.example");
        assertThat(wanted.waiting()).isEqualTo(1);
        assertThat(wanted.next()).isEmpty();
        assertThat(wanted.waiting()).isEqualTo(0);
    }

    @Test
    void a_domain_whose_own_topic_is_promised_is_named_as_one_that_is_waited_for_while_it_is() {
        table.put(List.of(row(A, RouteReason.CREATING)));
        Routing routing = new Routing(
                table,
                wanted,
                "overflow",
                () -> {
                    assertThat(wanted.next())
                            .contains(new RouteRequest(List.of(), List.of(A), Map.of(), Optional.empty()));
                    table.put(List.of(row(A, RouteReason.RULE)));
                },
                Duration.ofSeconds(30));

        assertThat(routing.topicFor(A)).contains("topic of a.example");
        assertThat(wanted.next()).isEmpty();
    }

    @Test
    void without_a_route_in_time_the_event_must_be_processed_again() {
        Routing routing = routing(Duration.ofMillis(20));
        assertThat(routing.isWaiting()).isFalse();
        assertThatThrownBy(() -> routing.topicFor(A)).isInstanceOf(NoRouteYetException.class);
        assertThat(routing.isWaiting()).isTrue();
        table.put(List.of(row(A, RouteReason.CREATING)));
        assertThatThrownBy(() -> routing.topicFor(A)).isInstanceOf(NoRouteYetException.class);
        assertThat(routing.isWaiting()).isTrue();
        assertThat(routing.problem()).as("not for long").isEmpty();
    }

    @Test
    void whoever_has_waited_in_vain_and_gets_a_route_then_waits_no_longer() {
        Routing routing = new Routing(
                table, wanted, "overflow", () -> table.put(rowsOfThisTurn.remove(0)), Duration.ofMillis(20));
        assertThatThrownBy(() -> routing.topicFor(A)).isInstanceOf(NoRouteYetException.class);

        assertThat(routing.topicFor(A)).contains("topic of a.example");

        assertThat(routing.isWaiting()).isFalse();
    }

    @Test
    void a_failure_for_want_of_a_route_is_known_however_deep_it_is_and_no_other_is_taken_for_one() {
        assertThat(NoRouteYetException.isBehind(new StreamsException(new NoRouteYetException("none"))))
                .isTrue();
        assertThat(NoRouteYetException.isBehind(new StreamsException(new IllegalStateException("a bug"))))
                .isFalse();
    }

    @Test
    void with_as_many_routes_as_may_be_other_domains_overflow_at_once_and_are_not_asked_for() {
        table.put(List.of(row(new SenderDomain("x.example"), RouteReason.RULE), row(B, RouteReason.RULE)));

        assertThat(routing(Duration.ofSeconds(30)).topicFor(A)).contains("overflow");
        assertThat(routing(Duration.ofSeconds(30)).topicFor(B)).contains("topic of b.example");
        assertThat(wanted.waiting()).isEqualTo(0);
        assertThat(hurried).hasValue(0);
    }

    @Test
    void many_domains_are_asked_for_together() {
        Routing routing = routing(Duration.ofMillis(20));
        routing.expect(List.of(A, B));
        routing.expect(List.of(A, B));

        assertThat(hurried).hasValue(1);
        assertThat(wanted.next().orElseThrow().asked()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void a_request_is_read_as_it_was_written() {
        RouteRequest request = new RouteRequest(
                List.of(A, B),
                List.of(B),
                Map.of(A, 3),
                Optional.of(new RouteRequest.Wish("id", B, RouteKind.IGNORED)));

        assertThat(RouteRequest.of(request.bytes())).isEqualTo(request);
        assertThat(RouteRequest.of(new byte[] {'{'}))
                .isEqualTo(new RouteRequest(List.of(), List.of(), Map.of(), Optional.empty()));
    }

    private static Route row(SenderDomain domain, RouteReason reason) {
        Place place = new Place(RouteKind.OVERFLOW, Optional.of("topic of " + domain.name()), Instant.EPOCH);
        return new Route(domain, place, reason, Optional.empty(), Optional.empty(), 0, 0);
    }
}
