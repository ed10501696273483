package dev.mailtide.app.demo;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All bodies of a run in the order of posting, and by domain what they mean. */
record Traffic(
        List<Post> posts, List<UnreadablePost> unreadable, int duplicates, SortedMap<String, Expectation> byDomain) {
    Traffic {
        posts = List.copyOf(posts);
        unreadable = List.copyOf(unreadable);
        byDomain = Collections.unmodifiableSortedMap(new TreeMap<>(byDomain));
    }
}
