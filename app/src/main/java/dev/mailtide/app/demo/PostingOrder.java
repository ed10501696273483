package dev.mailtide.app.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * In which order the bodies are posted: roughly as the events happened, but shuffled among their neighbours, with a few
 * stragglers from anywhere in the run, repeated bodies, and the unreadable ones strewn in.
 */
final class PostingOrder {
    private static final int NEIGHBOURS_MIN = 50;
    private static final double NEIGHBOURS_SHARE = 0.02;
    private static final double STRAGGLERS_SHARE = 0.01;

    private final RandomGenerator random;
    private final List<Placed> placed = new ArrayList<>();

    PostingOrder(RandomGenerator random) {
        this.random = random;
    }

    private record Placed(double at, Post post) {}

    List<Post> of(List<EventPost> events, List<UnreadablePost> unreadable, int duplicates) {
        List<EventPost> asHappened = new ArrayList<>(events);
        asHappened.sort(Comparator.comparing(EventPost::time));
        for (int i = 0; i < asHappened.size(); i++) {
            placed.add(new Placed(near(i, asHappened.size()), asHappened.get(i)));
        }
        for (int i = 0; i < duplicates; i++) {
            int original = random.nextInt(asHappened.size());
            placed.add(new Placed(near(original, asHappened.size()), asHappened.get(original)));
        }
        for (UnreadablePost post : unreadable) {
            placed.add(new Placed(random.nextDouble() * asHappened.size(), post));
        }
        placed.sort(Comparator.comparingDouble(Placed::at));
        return placed.stream().map(Placed::post).toList();
    }

    private double near(int position, int size) {
        if (random.nextDouble() < STRAGGLERS_SHARE) {
            return random.nextDouble() * size;
        }
        return position + random.nextDouble() * Math.max(NEIGHBOURS_MIN, NEIGHBOURS_SHARE * size);
    }
}
