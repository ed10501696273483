package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoryTest {
    private static final List<String> STATUSES =
            List.of("messages.delivered", "messages.softBounced", "messages.hardBounced");
    private static final SortedMap<String, String> LETTERS = new TreeMap<>(Map.of(
            "d", "events.delivered",
            "h", "events.bouncedHard",
            "o", "events.opened",
            "s", "events.bouncedSoft",
            "u", "events.unknown"));

    /** Written from the design page's list of statuses, story by story: events, then status, then the flags. */
    @Test
    void every_story_means_what_the_design_page_says() {
        SortedMap<String, String> told = new TreeMap<>();
        Story.ALL.forEach(story -> told.put(story.name(), inShort(story)));

        assertThat(told)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("delivered", "d1 delivered"),
                        Map.entry("delivered, opened once", "d1 o1 delivered opened rate cell"),
                        Map.entry("delivered, opened often", "d1 o4 delivered opened rate cell"),
                        Map.entry("opened by a scanner ahead of the delivery", "d1 o1 delivered opened rate cell0"),
                        Map.entry("opened, its delivery never reported", "o1 delivered opened rate"),
                        Map.entry("soft bounce, then delivered", "d1 s1 delivered soft recovered"),
                        Map.entry(
                                "soft bounces, delivered, opened",
                                "d1 o1 s3 delivered opened rate cell soft recovered"),
                        Map.entry(
                                "soft bounce, then opened, its delivery never reported",
                                "o1 s1 delivered opened rate soft recovered"),
                        Map.entry("soft bounces only", "s2 softBounced soft"),
                        Map.entry("soft bounce, then hard bounce", "h1 s1 hardBounced soft"),
                        Map.entry("hard bounce", "h1 hardBounced"),
                        Map.entry("delivered, opened, sent back after all", "d1 h1 o1 hardBounced opened cell"),
                        Map.entry("an event of another product", "u1")));
    }

    @Test
    void every_story_of_a_message_has_one_status() {
        for (Story story : Story.ALL) {
            long statuses = STATUSES.stream().mapToLong(story.means()::count).sum();
            assertThat(statuses).as(story.name()).isEqualTo(story.means().count("messages.total"));
        }
    }

    @Test
    void every_story_counts_as_many_events_as_it_posts() {
        for (Story story : Story.ALL) {
            long events = Fields.EVENTS_COUNTED.stream()
                    .mapToLong(story.means()::count)
                    .sum();
            assertThat(events).as(story.name()).isEqualTo(story.steps().size());
        }
    }

    @Test
    void a_time_to_open_is_the_gap_between_the_delivery_and_the_open_after_it() {
        for (Story story : Story.ALL) {
            int delivered = story.steps().indexOf(Step.DELIVERED);
            int opened = story.steps().indexOf(Step.OPENED);
            boolean openFollows = delivered >= 0 && opened == delivered + 1;
            assertThat(story.means().count("timeToOpen.count") == 1)
                    .as(story.name())
                    .isEqualTo(openFollows);
        }
    }

    private static String inShort(Story story) {
        String counted = LETTERS.entrySet().stream()
                .map(letter -> letter.getKey() + story.means().count(letter.getValue()))
                .filter(text -> !text.endsWith("0"))
                .collect(Collectors.joining(" "));
        return counted
                + status(story)
                + flag(story, "reactions.openedMessages", " opened")
                + flag(story, "rates.open.of", " rate")
                + flag(story, "timeToOpen.count", " cell")
                + flag(story, Fields.CELL_OF_EARLY_OPENS, " cell0")
                + flag(story, "rates.softBounce.of", " soft")
                + flag(story, "softRecovered", " recovered");
    }

    private static String status(Story story) {
        return STATUSES.stream()
                .map(path -> flag(story, path, " " + path.substring("messages.".length())))
                .collect(Collectors.joining());
    }

    private static String flag(Story story, String path, String word) {
        return story.means().count(path) == 1 ? word : "";
    }
}
