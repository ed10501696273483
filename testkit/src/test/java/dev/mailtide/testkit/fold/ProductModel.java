package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A product in small, built the way the real one is and not the way the fold is: one event at a time, by merging it into
 * a row and sending the difference to the totals. It is right but for the one fault it is told to have.
 */
final class ProductModel {

    private final Duration rememberFor;
    private final Fault fault;
    private final ModelReader reader;
    private final Map<String, ModelRow> rows = new HashMap<>();
    private final ModelSeries series;
    private final Map<String, ModelTotals> totals = new TreeMap<>();
    private final List<DistinctEvent> events = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();

    ProductModel(Duration rememberFor, Fault fault) {
        this.rememberFor = rememberFor;
        this.fault = fault;
        this.series = new ModelSeries(fault);
        this.reader = new ModelReader(fault);
    }

    void take(RawBody raw) {
        String refusal = reader.refusal(raw);
        if (refusal.isEmpty()) {
            take(reader.read(raw));
        } else {
            deadLetters.add(raw.receiptId() + " " + refusal);
        }
    }

    private void take(ModelEvent event) {
        String recipient = fault == Fault.RECIPIENTS_MERGED ? "" : event.recipient();
        String key = event.domain() + "/" + event.messageId() + "|" + recipient;
        ModelTotals domain = totals.computeIfAbsent(event.domain(), name -> new ModelTotals(name, fault));
        ModelRow row = rows.getOrDefault(key, ModelRow.empty(event));
        if (isOver(row, event)) {
            domain.subtract(fault == Fault.EXPIRED_ARE_SUBTRACTED ? row.shares(fault) : Map.of());
            if (fault == Fault.SERIES_OF_THE_EXPIRED_TAKEN_AWAY) {
                ModelRow expired = row;
                row.begins(fault).ifPresent(at -> series.take(event, at, expired));
            }
            row = ModelRow.empty(event);
        }
        rows.put(key, isDuplicate(row, event) ? afterDuplicate(row, event, domain) : afterNew(row, event, domain));
    }

    private boolean isOver(ModelRow row, ModelEvent event) {
        Instant appended = event.raw().appendTime();
        return switch (fault) {
            case NOTHING_EXPIRES -> false;
            case EXPIRES_A_MILLISECOND_EARLY -> !appended.isBefore(row.heard().plus(rememberFor));
            case EXPIRES_BY_FIRST_APPEND -> appended.isAfter(row.firstHeard().plus(rememberFor));
            case EXPIRES_BY_EVENT_TIME -> event.occurredAt().isAfter(row.heard().plus(rememberFor));
            default -> appended.isAfter(row.heard().plus(rememberFor));
        };
    }

    private boolean isDuplicate(ModelRow row, ModelEvent event) {
        boolean forgetful = fault == Fault.DUPLICATES_COUNT_TWICE
                || (fault == Fault.DUPLICATES_FORGOTTEN_WITH_NO_RECIPIENT
                        && event.recipient().isEmpty());
        return !forgetful && row.seen().containsKey(event.fingerprint());
    }

    private ModelRow afterDuplicate(ModelRow row, ModelEvent event, ModelTotals domain) {
        if (fault == Fault.SOURCES_OF_DUPLICATES) {
            domain.sawSource(event.raw().source());
        }
        ModelRow named = fault == Fault.TIME_LINE_NAMES_THE_LAST_COPY ? row.withCopy(event) : row;
        return fault == Fault.DUPLICATES_DO_NOT_PROLONG
                ? named
                : named.heardAt(event.raw().appendTime());
    }

    private ModelRow afterNew(ModelRow row, ModelEvent event, ModelTotals domain) {
        boolean unheard =
                fault == Fault.UNKNOWN_DOES_NOT_PROLONG && event.kind().equals("unknown");
        ModelRow after =
                unheard ? row.plus(event) : row.plus(event).heardAt(event.raw().appendTime());
        domain.subtract(row.shares(fault));
        domain.add(after.shares(fault));
        domain.saw(event);
        series.add(event, row, after);
        events.add(event.asDistinct());
        return after;
    }

    Expected result() {
        SortedMap<String, ObjectNode> domains = new TreeMap<>();
        totals.forEach((name, total) -> domains.put(name, total.state()));
        SortedMap<String, String> statuses = new TreeMap<>();
        rows.forEach((key, row) -> statuses.put(key, row.status(fault)));
        statuses.values().removeIf(String::isEmpty);
        SortedMap<String, ExpectedMessage> messages = new TreeMap<>();
        rows.forEach((key, row) -> messages.put(key, row.answer(fault)));
        return new Expected(domains, events, deadLetters, series.kept(), messages, statuses);
    }
}
