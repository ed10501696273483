package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.fanout.Route.Place;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides where events go. All rows, and the rules by which one is made or changed; no clock, no Kafka. Every answer is a row
 * that has to be written, and that later answers rest on.
 *
 * <p>How the cap holds: a domain first gets a row that promises it an own topic ({@link Route#creating}), and only when that is
 * written is the topic made. Promised topics count as those that are there do. Whoever goes on after a crash reads the promises.
 */
final class RouteBook {

    private static final int COUNT_WRITTEN = 10;

    private final Topics topics;
    private final FanOutSettings settings;
    private final Map<SenderDomain, Route> rows = new HashMap<>();

    /** Names of own topics that are there or promised. */
    private final Set<String> taken = new HashSet<>();

    /**
     * @param written the rows that are written
     * @param existing names of the own topics that are there
     */
    RouteBook(Topics topics, FanOutSettings settings, Collection<Route> written, Collection<String> existing) {
        this.topics = topics;
        this.settings = settings;
        written.forEach(row -> rows.put(row.domain(), row));
        existing(existing);
    }

    /** Takes note of the own topics that are there: one that somebody deletes, and that nobody has, makes room. */
    void existing(Collection<String> names) {
        taken.clear();
        taken.addAll(names);
        rows.values().stream().filter(RouteBook::holdsAPlace).forEach(row -> taken.add(nameOf(row.domain())));
    }

    private static boolean holdsAPlace(Route row) {
        return row.place().kind() == RouteKind.OWN || row.creating().isPresent();
    }

    /** Whether the own topic of this domain shall be there. */
    boolean holdsAPlace(SenderDomain domain) {
        return find(domain).filter(RouteBook::holdsAPlace).isPresent();
    }

    Optional<Route> find(SenderDomain domain) {
        return Optional.ofNullable(rows.get(domain));
    }

    /** Takes over a row that was written before, and that is written no longer. */
    Route restore(Route row) {
        rows.put(row.domain(), row);
        if (holdsAPlace(row)) {
            taken.add(nameOf(row.domain()));
        }
        return row;
    }

    /** Those whose own topic is to be made, but for those that Kafka refuses. */
    List<SenderDomain> promised() {
        return domains(row -> row.creating().isPresent() && row.reason() != RouteReason.CREATION_REFUSED);
    }

    /** Those whose own topic Kafka refuses. */
    List<SenderDomain> refused() {
        return domains(row -> row.reason() == RouteReason.CREATION_REFUSED);
    }

    /** Those whose events go to an own topic that is not among these. */
    List<SenderDomain> without(Set<String> existing) {
        return domains(row -> row.place().kind() == RouteKind.OWN && !existing.contains(nameOf(row.domain())));
    }

    private List<SenderDomain> domains(Predicate<Route> which) {
        return rows.values().stream().filter(which).map(Route::domain).toList();
    }

    /** Somebody has an event of this domain. Nothing if it has a route, or if no more domains may have one. */
    Optional<Route> asked(SenderDomain domain, Instant now) {
        return rows.containsKey(domain) || rows.size() >= settings.routesMax()
                ? Optional.empty()
                : Optional.of(restore(first(domain, now)));
    }

    private Route first(SenderDomain domain, Instant now) {
        DomainRule rule = settings.ruleFor(domain);
        if (rule.route() != RouteKind.OWN) {
            return row(domain, rule.route(), RouteReason.RULE, now);
        }
        Route waiting = row(domain, RouteKind.OVERFLOW, RouteReason.CREATING, now);
        if (isThere(domain)) {
            return waiting.promising(RouteReason.EXISTING);
        }
        if (rule.minimumEvents() > 1) {
            return row(domain, RouteKind.OVERFLOW, RouteReason.VOLUME, now);
        }
        return hasRoomFor(domain)
                ? waiting.promising(RouteReason.FIRST_EVENT)
                : row(domain, RouteKind.OVERFLOW, RouteReason.CAP, now);
    }

    /**
     * So many events more have come. Nothing if the domain does not wait for them, or if that is little more than what is
     * written: a count is written ten times on its way, and what a crash loses of it is a tenth.
     */
    Optional<Route> seen(SenderDomain domain, int events) {
        Optional<Route> before = find(domain).filter(Route::isCounted);
        return before.map(row -> restore(withMore(row, events)))
                .filter(row -> !row.isCounted() || step(row) > step(before.get()));
    }

    private int step(Route row) {
        return row.events() / Math.max(1, settings.ruleFor(row.domain()).minimumEvents() / COUNT_WRITTEN);
    }

    private Route withMore(Route row, int events) {
        Route more = row.withEvents((int) Math.min(Integer.MAX_VALUE, (long) row.events() + events));
        if (more.events() < settings.ruleFor(row.domain()).minimumEvents()) {
            return more;
        }
        return hasRoomFor(row.domain()) ? more.promising(RouteReason.VOLUME) : more.because(RouteReason.CAP);
    }

    /** Whether this domain may have an own topic. */
    boolean hasRoomFor(SenderDomain domain) {
        return isThere(domain) || taken.size() < settings.ownTopicsMax();
    }

    private boolean isThere(SenderDomain domain) {
        return taken.contains(nameOf(domain));
    }

    /** Somebody orders it. Where that is so already, or cannot be for want of room, the row is as it was. */
    Route ordered(SenderDomain domain, RouteKind kind, Instant now) {
        if (kind != RouteKind.OWN) {
            return restore(moved(domain, kind, RouteReason.BY_HAND, now));
        }
        Optional<Route> found = find(domain);
        if (found.filter(RouteBook::holdsAPlace).isPresent()) {
            return found.get();
        }
        if (!hasRoomFor(domain)) {
            return restore(found.orElseGet(() -> row(domain, RouteKind.OVERFLOW, RouteReason.CAP, now)));
        }
        // Until the topic is there, events go where they went.
        return restore(found.orElseGet(() -> row(domain, RouteKind.OVERFLOW, RouteReason.CREATING, now))
                .promising(RouteReason.BY_HAND));
    }

    /** The own topic of a domain is there. */
    Route made(SenderDomain domain, int partitions, RouteReason why, Instant now) {
        return restore(moved(domain, RouteKind.OWN, why, now).withPartitions(partitions));
    }

    /** Kafka refuses to make the own topic of a domain. Nothing if that is known. */
    Optional<Route> refused(SenderDomain domain, Instant now) {
        return find(domain)
                .filter(row -> row.reason() != RouteReason.CREATION_REFUSED)
                .map(row -> restore(refused(row, now).promising(row.creating().orElse(RouteReason.MADE_AGAIN))));
    }

    private Route refused(Route row, Instant now) {
        return row.place().kind() == RouteKind.OWN || !row.isDecided()
                ? moved(row.domain(), RouteKind.OVERFLOW, RouteReason.CREATION_REFUSED, now)
                : row.because(RouteReason.CREATION_REFUSED);
    }

    /** The row of a new place. The one before is kept in it, if events may have gone there. */
    private Route moved(SenderDomain domain, RouteKind to, RouteReason why, Instant now) {
        Route row = row(domain, to, why, now);
        Optional<Route> before = find(domain).filter(Route::isDecided);
        if (before.isEmpty()) {
            return row;
        }
        boolean isSame = before.get().place().kind() == to;
        Place place = isSame && why != RouteReason.MADE_AGAIN ? before.get().place() : row.place();
        Optional<Place> previous = isSame ? before.get().previous() : before.map(Route::place);
        return new Route(domain, place, why, previous, Optional.empty(), 0, 0);
    }

    private Route row(SenderDomain domain, RouteKind kind, RouteReason why, Instant now) {
        Optional<String> topic = switch (kind) {
            case OWN -> Optional.of(nameOf(domain));
            case OVERFLOW -> Optional.of(topics.domainOverflow().name());
            case IGNORED -> Optional.empty();
        };
        return new Route(domain, new Place(kind, topic, now), why, Optional.empty(), Optional.empty(), 0, 0);
    }

    private String nameOf(SenderDomain domain) {
        return topics.ofDomain(domain).name();
    }

    /** The own topic of a domain, as its rule wants it. */
    Topic<String, byte[]> topicOf(SenderDomain domain) {
        return settings.ruleFor(domain).shaped(topics.ofDomain(domain));
    }
}
