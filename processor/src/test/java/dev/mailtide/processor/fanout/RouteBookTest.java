package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteBookTest {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);
    private static final SenderDomain A = new SenderDomain("a.example");
    private static final SenderDomain B = new SenderDomain("b.example");
    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    private RouteBook book = book(1, DomainRule.ownFrom(1));

    private static RouteBook book(int ownTopicsMax, DomainRule otherwise, String... existing) {
        return new RouteBook(
                TOPICS, new FanOutSettings(ownTopicsMax, 1_000, List.of(), otherwise), List.of(), Set.of(existing));
    }

    @Test
    void a_new_domain_is_promised_an_own_topic_and_has_it_when_it_is_made() {
        Route promised = book.asked(A, NOW).orElseThrow();
        assertThat(promised.isDecided()).isFalse();
        assertThat(promised.creating()).contains(RouteReason.FIRST_EVENT);
        assertThat(book.promised()).containsExactly(A);

        Route made = book.made(A, 1, RouteReason.FIRST_EVENT, LATER);

        assertThat(made.json().toString())
                .isEqualTo("{\"domain\":\"a.example\",\"route\":\"own\",\"topic\":\"email.domain.a.example.v1\","
                        + "\"since\":\"2026-04-18T20:28:26.001Z\",\"reason\":\"first-event\",\"partitions\":1}");
        assertThat(book.asked(A, LATER)).isEmpty();
    }

    @Test
    void a_promise_counts_for_the_cap_as_the_topic_does() {
        assertThat(book.asked(A, NOW)).isPresent();

        assertThat(book.asked(B, NOW).map(Route::reason)).contains(RouteReason.CAP);
        assertThat(book.ordered(B, RouteKind.OWN, NOW).reason()).isEqualTo(RouteReason.CAP);
    }

    @Test
    void the_topic_of_a_domain_that_was_moved_away_counts_as_long_as_it_is_there() {
        Route promised = book.asked(A, NOW).orElseThrow();
        Route made = book.made(A, 1, RouteReason.FIRST_EVENT, NOW);
        Route moved = book.ordered(A, RouteKind.OVERFLOW, LATER);
        assertThat(moved.previous()).contains(made.place()).isNotEqualTo(promised.previous());
        book.existing(Set.of("email.domain.a.example.v1"));
        assertThat(book.hasRoomFor(B)).isFalse();

        book.existing(Set.of());

        assertThat(book.hasRoomFor(B)).isTrue();
    }

    @Test
    void a_move_keeps_events_where_they_go_until_the_topic_is_there() {
        book = book(1, new DomainRule("*", RouteKind.IGNORED, 1, 0, Optional.empty(), 0));
        Route ignored = book.asked(A, NOW).orElseThrow();

        Route promised = book.ordered(A, RouteKind.OWN, LATER);
        assertThat(promised.place()).isEqualTo(ignored.place());
        assertThat(promised.creating()).contains(RouteReason.BY_HAND);

        Route made = book.made(A, 1, RouteReason.BY_HAND, LATER);
        assertThat(made.place().kind()).isEqualTo(RouteKind.OWN);
        assertThat(made.previous()).contains(ignored.place());
    }

    @Test
    void an_order_for_what_is_so_already_changes_neither_place_nor_time() {
        assertThat(book.asked(A, NOW)).isPresent();
        Route made = book.made(A, 1, RouteReason.FIRST_EVENT, NOW);
        assertThat(book.ordered(A, RouteKind.OWN, LATER)).isEqualTo(made);

        Route overflow = book.asked(B, NOW).orElseThrow();
        Route ordered = book.ordered(B, RouteKind.OVERFLOW, LATER);
        assertThat(ordered.place()).isEqualTo(overflow.place());
        assertThat(ordered.previous()).isEmpty();
        assertThat(ordered.reason()).isEqualTo(RouteReason.BY_HAND);
    }

    @Test
    void an_order_takes_a_promise_back() {
        assertThat(book.asked(A, NOW)).isPresent();

        Route ordered = book.ordered(A, RouteKind.IGNORED, LATER);

        assertThat(ordered.creating()).isEmpty();
        assertThat(ordered.previous()).isEmpty();
        assertThat(book.holdsAPlace(A)).isFalse();
        assertThat(book.promised()).isEmpty();
    }

    @Test
    void what_kafka_refuses_overflows_keeps_its_place_and_is_made_when_it_may_be() {
        assertThat(book.asked(A, NOW)).isPresent();
        Route refused = book.refused(A, NOW).orElseThrow();
        assertThat(refused.isDecided()).isTrue();
        assertThat(refused.place().kind()).isEqualTo(RouteKind.OVERFLOW);
        assertThat(refused.creating()).contains(RouteReason.FIRST_EVENT);
        assertThat(book.refused(A, LATER)).isEmpty();
        assertThat(book.refused()).containsExactly(A);
        assertThat(book.promised()).isEmpty();
        assertThat(book.hasRoomFor(B)).isFalse();

        Route made = book.made(A, 1, RouteReason.FIRST_EVENT, LATER);

        assertThat(made.previous()).contains(refused.place());
        assertThat(book.refused()).isEmpty();
    }

    @Test
    void an_own_topic_that_is_gone_and_refused_overflows() {
        assertThat(book.asked(A, NOW)).isPresent();
        Route own = book.made(A, 1, RouteReason.FIRST_EVENT, NOW);
        assertThat(book.without(Set.of())).containsExactly(A);
        assertThat(book.without(Set.of("email.domain.a.example.v1"))).isEmpty();

        Route refused = book.refused(A, LATER).orElseThrow();

        assertThat(refused.place().kind()).isEqualTo(RouteKind.OVERFLOW);
        assertThat(refused.place().since()).isEqualTo(LATER);
        assertThat(refused.previous()).contains(own.place());
        assertThat(refused.creating()).contains(RouteReason.MADE_AGAIN);
    }

    @Test
    void events_are_counted_up_to_the_minimum() {
        book = book(1, DomainRule.ownFrom(5));
        assertThat(book.asked(A, NOW).map(Route::reason)).contains(RouteReason.VOLUME);
        assertThat(book.seen(A, 4).orElseThrow().creating()).isEmpty();

        Route enough = book.seen(A, 1).orElseThrow();

        assertThat(enough.creating()).contains(RouteReason.VOLUME);
        assertThat(enough.isDecided()).isTrue();
        assertThat(book.seen(A, 1)).isEmpty();
        assertThat(book.seen(B, 1)).isEmpty();
    }

    @Test
    void a_count_is_written_ten_times_and_not_each_time() {
        book = book(1, DomainRule.ownFrom(1_000));
        assertThat(book.asked(A, NOW)).isPresent();

        assertThat(book.seen(A, 99)).isEmpty();
        assertThat(book.seen(A, 1).map(Route::events)).contains(100);
        assertThat(book.seen(A, 99)).isEmpty();
        assertThat(book.seen(A, 801).flatMap(Route::creating)).contains(RouteReason.VOLUME);
    }

    @Test
    void a_domain_with_enough_events_and_no_room_stays_in_the_overflow() {
        book = book(0, DomainRule.ownFrom(5));
        assertThat(book.asked(A, NOW)).isPresent();

        Route enough = book.seen(A, 9).orElseThrow();

        assertThat(enough.reason()).isEqualTo(RouteReason.CAP);
        assertThat(enough.creating()).isEmpty();
    }

    @Test
    void a_topic_that_is_there_is_kept_beyond_cap_and_minimum() {
        book = book(0, DomainRule.ownFrom(5), "email.domain.a.example.v1");

        assertThat(book.asked(A, NOW).flatMap(Route::creating)).contains(RouteReason.EXISTING);
        assertThat(book.asked(B, NOW).map(Route::reason)).contains(RouteReason.VOLUME);
    }

    @Test
    void with_as_many_routes_as_may_be_a_further_domain_gets_none_but_by_hand() {
        book = new RouteBook(TOPICS, new FanOutSettings(9, 1, List.of(), DomainRule.ownFrom(1)), List.of(), Set.of());
        assertThat(book.asked(A, NOW)).isPresent();

        assertThat(book.asked(B, NOW)).isEmpty();
        assertThat(book.ordered(B, RouteKind.OWN, NOW).creating()).contains(RouteReason.BY_HAND);
    }

    @Test
    void a_rule_shapes_the_topic_that_is_made() {
        book = book(1, new DomainRule("*", RouteKind.OWN, 1, 7, Optional.of(Duration.ofDays(1)), 3));

        assertThat(book.topicOf(A).shape().partitions()).isEqualTo(7);
        assertThat(book.topicOf(A).shape().replication()).isEqualTo((short) 3);
        assertThat(book.topicOf(A).shape().configs()).containsEntry("retention.ms", "86400000");
    }
}
