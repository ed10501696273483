package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.readmodel.Place;
import dev.mailtide.processor.readmodel.ReadAnswers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Events are numbered in the order of the list: the newest is 1. */
class EventMergeTest {

    private static final String DOMAIN = "a.example";

    private static Place place(int number) {
        return new Place(1_000_000_000_000L - number * 1_000L, new Fingerprint(String.format("%032x", number)), DOMAIN);
    }

    /** A part with these events; {@code end} 0 for a part that has everything to the end of the list. */
    private static ObjectNode part(int end, int... numbers) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        ArrayNode events = part.putArray("events");
        for (int number : numbers) {
            Place place = place(number);
            events.addObject()
                    .put("id", place.id().hex())
                    .put("senderDomain", DOMAIN)
                    .put("occurredAt", Times.text(Instant.ofEpochMilli(place.occurredMillis())))
                    .put("number", number);
        }
        return end == 0 ? part : part.put(ReadAnswers.END, place(end).cursor());
    }

    private static void assertPage(List<ObjectNode> parts, int limit, List<Integer> events, Optional<Integer> next) {
        EventMerge page = EventMerge.of(parts, limit);
        assertThat(page.events())
                .extracting(event -> event.get("number").intValue())
                .isEqualTo(events);
        assertThat(page.next()).isEqualTo(next.map(EventMergeTest::place));
    }

    @Test
    void parts_that_are_whole_are_put_in_order_and_each_event_once() {
        assertPage(List.of(part(0, 1, 4, 5), part(0, 2, 4, 6)), 9, List.of(1, 2, 4, 5, 6), Optional.empty());
        assertPage(List.of(part(0, 1, 2), part(0, 3)), 3, List.of(1, 2, 3), Optional.empty());
        assertPage(List.of(part(0), part(0)), 3, List.of(), Optional.empty());
    }

    @Test
    void a_page_that_is_full_goes_on_behind_its_last_event() {
        assertPage(List.of(part(4, 1, 4), part(3, 2, 3)), 2, List.of(1, 2), Optional.of(2));
        assertPage(List.of(part(3, 1), part(9, 2, 4, 8)), 2, List.of(1, 2), Optional.of(2));
    }

    /** As when a filter leaves out so much that a part ends before it is full. */
    @Test
    void nothing_is_shown_behind_the_first_end_of_a_part_since_that_part_may_have_more_before_it() {
        assertPage(List.of(part(3, 1), part(9, 2, 4, 8)), 9, List.of(1, 2), Optional.of(3));
        assertPage(List.of(part(9, 2, 4, 8), part(3, 1)), 9, List.of(1, 2), Optional.of(3));
        assertPage(List.of(part(3), part(0, 4, 5)), 9, List.of(), Optional.of(3));
    }
}
