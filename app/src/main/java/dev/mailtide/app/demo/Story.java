package dev.mailtide.app.demo;

import static dev.mailtide.app.demo.Step.DELIVERED;
import static dev.mailtide.app.demo.Step.FOREIGN;
import static dev.mailtide.app.demo.Step.HARD_BOUNCE;
import static dev.mailtide.app.demo.Step.OPENED;
import static dev.mailtide.app.demo.Step.SOFT_BOUNCE;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The life of one message to one recipient: what happens, in order of time, and what that means.
 *
 * <p>The meaning is said by hand, story by story, and never computed from the steps: a fold here would share the
 * mistakes of the fold it is meant to check. {@code timeToOpen.count} says that the first open comes right after the
 * delivery in the steps, so the gap before it is the time to open.
 */
record Story(String name, int share, List<Step> steps, Counts means) {
    static final List<Story> ALL = List.of(
            new Story(
                    "delivered",
                    400,
                    List.of(DELIVERED),
                    Counts.of("messages.total", "messages.delivered", "events.delivered")),
            new Story(
                    "delivered, opened once",
                    210,
                    List.of(DELIVERED, OPENED),
                    deliveredAndOpened("events.delivered", "events.opened", "timeToOpen.count")),
            new Story(
                    "delivered, opened often",
                    100,
                    List.of(DELIVERED, OPENED, OPENED, OPENED, OPENED),
                    deliveredAndOpened("events.delivered", "timeToOpen.count").and(4, "events.opened")),
            new Story(
                    "opened by a scanner ahead of the delivery",
                    15,
                    List.of(OPENED, DELIVERED),
                    deliveredAndOpened("events.delivered", "events.opened", Fields.CELL_OF_EARLY_OPENS)),
            new Story("opened, its delivery never reported", 40, List.of(OPENED), deliveredAndOpened("events.opened")),
            new Story(
                    "soft bounce, then delivered",
                    60,
                    List.of(SOFT_BOUNCE, DELIVERED),
                    Counts.of(
                            "messages.total",
                            "messages.delivered",
                            "events.bouncedSoft",
                            "events.delivered",
                            "rates.softBounce.of",
                            "softRecovered")),
            new Story(
                    "soft bounces, delivered, opened",
                    40,
                    List.of(SOFT_BOUNCE, SOFT_BOUNCE, SOFT_BOUNCE, DELIVERED, OPENED),
                    deliveredAndOpened("events.delivered", "events.opened", "timeToOpen.count")
                            .and(3, "events.bouncedSoft")
                            .and(1, "rates.softBounce.of")
                            .and(1, "softRecovered")),
            new Story(
                    "soft bounce, then opened, its delivery never reported",
                    10,
                    List.of(SOFT_BOUNCE, OPENED),
                    deliveredAndOpened("events.bouncedSoft", "events.opened")
                            .and(1, "rates.softBounce.of")
                            .and(1, "softRecovered")),
            new Story(
                    "soft bounces only",
                    40,
                    List.of(SOFT_BOUNCE, SOFT_BOUNCE),
                    Counts.of("messages.total", "messages.softBounced", "rates.softBounce.of")
                            .and(2, "events.bouncedSoft")),
            new Story(
                    "soft bounce, then hard bounce",
                    20,
                    List.of(SOFT_BOUNCE, HARD_BOUNCE),
                    Counts.of(
                            "messages.total",
                            "messages.hardBounced",
                            "events.bouncedSoft",
                            "events.bouncedHard",
                            "rates.softBounce.of")),
            new Story(
                    "hard bounce",
                    40,
                    List.of(HARD_BOUNCE),
                    Counts.of("messages.total", "messages.hardBounced", "events.bouncedHard")),
            new Story(
                    "delivered, opened, sent back after all",
                    10,
                    List.of(DELIVERED, OPENED, HARD_BOUNCE),
                    Counts.of(
                            "messages.total",
                            "messages.hardBounced",
                            "reactions.openedMessages",
                            "events.delivered",
                            "events.opened",
                            "events.bouncedHard",
                            "timeToOpen.count")),
            new Story("an event of another product", 15, List.of(FOREIGN), Counts.of("events.unknown")));

    private static final int SHARES = ALL.stream().mapToInt(Story::share).sum();

    Story {
        steps = List.copyOf(steps);
    }

    static Story pick(RandomGenerator random) {
        int ticket = random.nextInt(SHARES);
        for (Story story : ALL) {
            ticket -= story.share;
            if (ticket < 0) {
                return story;
            }
        }
        throw new IllegalStateException("the shares do not add up");
    }

    /** A message that counts as delivered and opened, and what else is so about it. */
    private static Counts deliveredAndOpened(String... others) {
        Counts counts = Counts.of("messages.total", "messages.delivered", "reactions.openedMessages", "rates.open.of");
        for (String path : others) {
            counts = counts.and(1, path);
        }
        return counts;
    }
}
