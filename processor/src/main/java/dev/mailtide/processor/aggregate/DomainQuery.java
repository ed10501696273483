package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which domains are asked for, and in which order.
 *
 * @param sort the order
 * @param search only those with this in their name; empty for all
 * @param within only those that this lets through
 * @param after only those behind this place
 * @param limit how many at most, 1 or more
 */
public record DomainQuery(
        DomainSort sort, String search, Predicate<SenderDomain> within, Optional<Place> after, int limit) {

    /**
     * A place in the order. A domain whose numbers change while pages are read may move over it: it is then listed twice, or
     * not at all. All others are listed once.
     *
     * @param rank of the last domain of the page before; what it means depends on the order
     * @param name of that domain
     */
    public record Place(long rank, String name) implements Comparable<Place> {

        /** In the order of the list: by rank, the greatest first, then by name. */
        @Override
        public int compareTo(Place other) {
            int byRank = Long.compare(other.rank, rank);
            return byRank == 0 ? name.compareTo(other.name) : byRank;
        }
    }

    /** Where a scan by name can begin. */
    String firstName() {
        return sort == DomainSort.NAME ? after.map(Place::name).orElse("") : "";
    }

    boolean meansName(String name) {
        return name.contains(search) && within.test(new SenderDomain(name));
    }

    boolean meansPlace(Place place) {
        return after.filter(last -> place.compareTo(last) <= 0).isEmpty();
    }
}
