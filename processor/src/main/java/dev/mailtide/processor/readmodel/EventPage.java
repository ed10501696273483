package dev.mailtide.processor.readmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The first events of a list over several partitions; of each is read what can be among the first so many of all. That is
 * bounded, whatever the filter leaves out: then the page ends at an event that was read last, in one partition, and what
 * others have behind it is left for the next page.
 */
final class EventPage {

    /** Of one partition, for one page. */
    private static final int READ_MAX = 20_000;

    /** Of all events of a page; one at least is on it. */
    private static final int JSON_BYTES_MAX = 4 * 1024 * 1024;

    private final EventQuery query;
    private final long expiredBeforeMillis;
    private final TreeMap<Place, EventStore> found = new TreeMap<>();
    private Optional<Place> end = Optional.empty();

    /** @param expiredBeforeMillis events that were appended before it are not there any more */
    EventPage(EventQuery query, long expiredBeforeMillis) {
        this.query = query;
        this.expiredBeforeMillis = expiredBeforeMillis;
    }

    void addFrom(EventStore store) {
        int[] left = {READ_MAX};
        store.list(query.list(), query.begin(), (place, event) -> {
            if (query.isTooOld(place) || isBehindAll(place)) {
                return false;
            }
            if (event.appendMillis() >= expiredBeforeMillis && query.takes(event)) {
                put(place, store);
            }
            left[0]--;
            if (left[0] == 0) {
                endsAt(place);
            }
            return left[0] > 0;
        });
    }

    /** Keeps one more than asked for, which shows that there is more; what is behind that one is not on this page. */
    private void put(Place place, EventStore store) {
        found.put(place, store);
        if (found.size() > query.limit() + 1) {
            found.pollLastEntry();
        }
    }

    private boolean isBehindAll(Place place) {
        return found.size() > query.limit() && place.compareTo(found.lastKey()) > 0;
    }

    /** Behind this place there may be more, so nothing behind it is on this page. */
    private void endsAt(Place place) {
        end = Optional.of(end.filter(before -> before.compareTo(place) < 0).orElse(place));
    }

    /** Up to where the list is on this page; nothing if that is all of it. To be asked after {@link #events}. */
    Optional<Place> end() {
        return end;
    }

    /** The events in their order, as they came. */
    List<byte[]> events() {
        if (found.size() > query.limit()) {
            endsAt(found.lastKey());
        }
        List<byte[]> events = new ArrayList<>();
        int bytesLeft = JSON_BYTES_MAX;
        for (Map.Entry<Place, EventStore> one : found.entrySet()) {
            Place place = one.getKey();
            if (end.filter(last -> place.compareTo(last) > 0).isPresent()) {
                break;
            }
            Optional<byte[]> json = one.getValue().json(place);
            json.ifPresent(events::add);
            bytesLeft -= json.map(bytes -> bytes.length).orElse(0);
            boolean isFull = bytesLeft <= 0 || events.size() == query.limit();
            if (isFull && !place.equals(found.lastKey())) {
                endsAt(place);
            }
        }
        return events;
    }
}
