package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known of recipients: what the topic says, and with it what the partitions say that are read here. The rule by which
 * the topic comes to say all that is known anywhere: who knows more than its latest record says so in a new one. Rows only
 * grow, so that ends, and the last record of a key is what all know together; {@code docs/decisions/0019} has the reason.
 */
final class Suppressions implements SuppressionChanges.KnownElsewhere {

    private final Partitions partitions;
    private volatile Optional<SuppressionView> view = Optional.empty();
    private volatile boolean isWhole;

    private final Set<EventStore> compared = new HashSet<>();
    private List<EventStore> comparing = List.of();
    private Optional<Addressee> compareFrom = Optional.empty();
    private boolean tellsAll;

    Suppressions(Partitions partitions) {
        this.partitions = partitions;
    }

    /** @param knowsNothing whether it begins with nothing: what is known here may be missing in the topic, too */
    void opened(SuppressionView opened, boolean knowsNothing) {
        compared.clear();
        comparing = List.of();
        tellsAll = knowsNothing;
        view = Optional.of(opened);
    }

    /** Notes that the topic was read to the end that it had when the view was opened. */
    void caughtUp() {
        isWhole = true;
    }

    void closed() {
        isWhole = false;
        view.ifPresent(SuppressionView::close);
        view = Optional.empty();
    }

    /** Whether everything that the topic says is known here. */
    boolean isWhole() {
        return isWhole;
    }

    /** Everything that is known here of a recipient. */
    SuppressionRow row(Addressee addressee) {
        SuppressionRow topic = view.flatMap(said -> said.row(addressee)).orElse(SuppressionRow.NOTHING);
        return partitions.all().stream()
                .flatMap(held -> held.store().suppression(addressee).stream())
                .reduce(topic, SuppressionRow::and);
    }

    /** Whether the topic knows something, good or bad, of a recipient. */
    @Override
    public boolean isAgainst(Addressee addressee) {
        return view.flatMap(said -> said.row(addressee)).isPresent();
    }

    /** Recipients of a domain of whom something is known that may speak against them, in the order of their keys. */
    List<RecipientKey> candidates(SenderDomain domain, Optional<RecipientKey> after, int limit) {
        TreeSet<String> found = new TreeSet<>();
        view.ifPresent(said -> said.recipients(domain, after, limit).forEach(key -> found.add(key.hex())));
        partitions
                .all()
                .forEach(held -> held.store().candidates(domain, after, limit).forEach(key -> found.add(key.hex())));
        return found.stream().limit(limit).map(RecipientKey::new).toList();
    }

    /**
     * Takes over records of the topic.
     *
     * @param records in their order; no row is a record that takes a recipient out
     */
    synchronized void heard(SuppressionView said, List<Heard> records, Map<Integer, Long> nextOffsets) {
        Map<Addressee, Optional<SuppressionView.Said>> now = new HashMap<>();
        for (Heard record : records) {
            Addressee addressee = record.addressee();
            Optional<SuppressionRow> before = now.containsKey(addressee)
                    ? now.getOrDefault(addressee, Optional.empty()).map(SuppressionView.Said::row)
                    : said.row(addressee);
            now.put(addressee, record.row().map(row -> said(addressee, row, before)));
        }
        said.add(now, nextOffsets);
    }

    private SuppressionView.Said said(Addressee addressee, SuppressionRow record, Optional<SuppressionRow> before) {
        SuppressionRow inTopic = before.orElse(SuppressionRow.NOTHING).and(record);
        SuppressionRow all = partitions.all().stream()
                .flatMap(held -> held.store().suppression(addressee).stream())
                .reduce(inTopic, SuppressionRow::and);
        return new SuppressionView.Said(inTopic, all.equals(record));
    }

    /**
     * Compares what the topic says with what partitions say that were not open while it was heard, or were read while it was
     * not: a part of it at a time. For the thread that hears.
     */
    void compare(SuppressionView said, int limit) {
        List<EventStore> open =
                partitions.all().stream().map(Partitions.Held::store).toList();
        compared.retainAll(open);
        if (comparing.isEmpty()) {
            comparing = open.stream().filter(store -> !compared.contains(store)).toList();
            compareFrom = Optional.empty();
            if (tellsAll) {
                comparing.forEach(EventStore::markCandidates);
            }
        }
        if (comparing.isEmpty()) {
            return;
        }
        List<Addressee> some = said.addressees(compareFrom, limit);
        for (Addressee addressee : some) {
            SuppressionRow row = said.row(addressee).orElse(SuppressionRow.NOTHING);
            for (EventStore store : comparing) {
                store.suppression(addressee)
                        .filter(more -> !row.and(more).equals(row))
                        .ifPresent(more -> store.mark(addressee));
            }
        }
        if (some.size() < limit) {
            compared.addAll(comparing);
            comparing = List.of();
        } else {
            compareFrom = Optional.of(some.get(limit - 1));
        }
    }

    /**
     * What the topic has to hear.
     *
     * @param rows to be written
     * @param repeated of whom the latest record does not say everything
     * @param changed what is marked as unpublished, by store
     */
    record News(
            Map<Addressee, SuppressionRow> rows,
            List<Addressee> repeated,
            Map<EventStore, List<EventStore.Unpublished>> changed) {}

    /** A part of what the topic has to hear, if something has to. What it says already is not said again. */
    News news(SuppressionView said, int limit) {
        List<Addressee> repeated = said.unpublished(limit);
        Map<EventStore, List<EventStore.Unpublished>> changed = new LinkedHashMap<>();
        for (Partitions.Held held : partitions.all()) {
            changed.put(held.store(), held.store().unpublished(limit));
        }
        Map<Addressee, SuppressionRow> rows = new LinkedHashMap<>();
        repeated.forEach(addressee -> rows.put(addressee, row(addressee)));
        for (EventStore.Unpublished mark :
                changed.values().stream().flatMap(List::stream).toList()) {
            SuppressionRow row = row(mark.addressee());
            Optional<SuppressionRow> inTopic = said.row(mark.addressee());
            if (inTopic.filter(row::equals).isEmpty() && (inTopic.isPresent() || row.isAgainst())) {
                rows.put(mark.addressee(), row);
            }
        }
        return new News(rows, repeated, changed);
    }

    /** Notes that the topic has it. */
    void told(SuppressionView said, News news) {
        said.published(news.repeated());
        news.changed().forEach(EventStore::published);
    }

    /** A record of the topic. */
    record Heard(Addressee addressee, Optional<SuppressionRow> row) {}
}
