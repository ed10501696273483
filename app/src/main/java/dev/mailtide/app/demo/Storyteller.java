package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes up the traffic of a run: the same seed, run id and time tell the same. */
final class Storyteller {
    static final double DUPLICATES_SHARE = 0.03;
    /** Longer than the longest timeline, so that each finds a start from which it ends in the past. */
    static final Duration DAYS_TOLD = Duration.ofDays(5);

    private static final int UNREADABLE_MIN = 6;
    private static final int UNREADABLE_MAX = 60;
    private static final int POSTS_PER_UNREADABLE = 1000;
    private static final long FIRST_PAYLOAD_ID = 5_000_000_000L;

    private final String runId;
    private final Instant now;
    private final Random random;

    private final List<EventPost> events = new ArrayList<>();
    private final SortedMap<String, Expectation> byDomain = new TreeMap<>();
    private int sends;
    private long rows;

    Storyteller(String runId, long seed, Instant now) {
        this.runId = runId;
        this.now = now.truncatedTo(ChronoUnit.MILLIS);
        this.random = new Random(seed);
    }

    Traffic tell(int postsWanted) {
        int duplicates = (int) Math.round(postsWanted * DUPLICATES_SHARE);
        int unreadable = Math.max(UNREADABLE_MIN, Math.min(UNREADABLE_MAX, postsWanted / POSTS_PER_UNREADABLE));
        int eventsWanted = Math.max(1, postsWanted - duplicates - unreadable);
        while (events.size() < eventsWanted) {
            tellSend(nextSender());
        }
        List<UnreadablePost> noise = UnreadablePost.several(unreadable, runId);
        List<Post> posts = new PostingOrder(random).of(events, noise, duplicates);
        return new Traffic(posts, noise, duplicates, byDomain);
    }

    /** Everyone sends once before shares decide, so that the smallest sender is heard of too. */
    private Sender nextSender() {
        return sends < Sender.ALL.size() ? Sender.ALL.get(sends) : Sender.pick(random);
    }

    private void tellSend(Sender sender) {
        Send send = Send.draw(sender, identity(sender), random);
        sends++;
        int recipients = random.nextInt(100) < 88 ? 1 : random.nextInt(2, 6);
        Instant sentAt = likelyMoment();
        for (int number = 1; number <= recipients; number++) {
            Recipient recipient = Recipient.draw(number, FIRST_PAYLOAD_ID + rows, random);
            rows++;
            tellStory(sender, send, recipient, sentAt);
        }
    }

    private Send.Identity identity(Sender sender) {
        return random.nextInt(100) == 0
                ? Send.Identity.withoutMessageId(runId, sends)
                : Send.Identity.of(runId, sends, sender.countedAs());
    }

    /** People write by day: a moment of the night is thrown back once. */
    private Instant likelyMoment() {
        Instant moment = anyMoment();
        int hour = moment.atOffset(ZoneOffset.UTC).getHour();
        return hour < 7 || hour > 20 ? anyMoment() : moment;
    }

    private Instant anyMoment() {
        return now.minusMillis(random.nextLong(DAYS_TOLD.toMillis()));
    }

    private void tellStory(Sender sender, Send send, Recipient recipient, Instant sentAt) {
        Story story = Story.pick(random);
        Timeline timeline = Timeline.draw(story.steps(), random);
        Instant latestStart = now.minus(timeline.length());
        Instant at = sentAt.isAfter(latestStart) ? latestStart : sentAt;
        Expectation expectation = byDomain.computeIfAbsent(sender.countedAs(), domain -> new Expectation());
        expectation.add(story, timeline, recipient.group());
        for (int i = 0; i < story.steps().size(); i++) {
            at = at.plus(timeline.gaps().get(i));
            events.add(new EventPost(send, recipient, story.steps().get(i), at));
            expectation.seenAt(at);
        }
    }
}
