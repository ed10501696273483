package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicCreator.Made;
import dev.mailtide.common.topic.TopicMismatch;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.fanout.RouteJournal.Answer;
import dev.mailtide.processor.fanout.RouteJournal.Answer.Outcome;
import dev.mailtide.processor.fanout.RouteJournal.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance's time as the one who writes routes, from the moment on which nobody else can until it fails or somebody else
 * begins. Requests are answered in batches, each in one transaction; own topics are made in batches after they were promised.
 *
 * <p>It begins with every row that is written, with those that this process has read and that are written no longer (somebody
 * has deleted the topic), and with own topics for which there is no row (they are from before there were routes).
 */
final class RouteTerm implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteTerm.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Few enough to be there well within the time for which an event waits for its route. */
    private static final int TOPICS_AT_ONCE = 25;

    private final Means means;
    private final Admin admin;
    private final OwnTopics ownTopics;
    private final RouteJournal journal;
    private final KafkaConsumer<String, byte[]> requests;
    private final RouteBook book;
    private final String ids;
    private final Set<SenderDomain> toMake = new LinkedHashSet<>();
    private final Set<SenderDomain> toMakeFirst = new LinkedHashSet<>();
    private long lookedAtNanos = System.nanoTime();
    private boolean hasToldOfTheCap;
    private final Set<String> toldRefusals = new HashSet<>();

    /** What a term works with. */
    record Means(
            KafkaAccess kafka,
            Topics topics,
            RouteTopics routeTopics,
            FanOutSettings settings,
            RouteTable table,
            InstantSource clock) {}

    private RouteTerm(
            Means means,
            Admin admin,
            RouteJournal journal,
            KafkaConsumer<String, byte[]> requests,
            Set<String> existing)
            throws ExecutionException, TimeoutException, InterruptedException {
        this.means = means;
        this.admin = admin;
        this.journal = journal;
        this.requests = requests;
        this.ownTopics = new OwnTopics(means.kafka(), admin, means.topics());
        this.ids = means.routeTopics()
                .ids(admin)
                .orElseThrow(() -> new TimeoutException("the topics of routes are not there yet"));
        this.book = new RouteBook(
                means.topics(), means.settings(), means.routeTopics().readAll(), existing);
    }

    /** Begins one: shuts out who has written before, and reads what he wrote. */
    static RouteTerm begin(Means means) throws ExecutionException, TimeoutException, InterruptedException {
        means.routeTopics().createMissing();
        Admin admin = means.kafka().openAdmin();
        List<AutoCloseable> opened = new ArrayList<>(List.of(() -> admin.close(Duration.ZERO)));
        try {
            RouteJournal journal = RouteJournal.open(
                    means.kafka(),
                    means.routeTopics().transactionalId(),
                    means.routeTopics().routes());
            opened.add(journal);
            KafkaConsumer<String, byte[]> requests = means.routeTopics().openRequests();
            opened.add(() -> RouteTopics.close(requests));
            Set<String> existing = new OwnTopics(means.kafka(), admin, means.topics()).existing();
            RouteTerm term = new RouteTerm(means, admin, journal, requests, existing);
            term.takeOver(existing);
            opened.clear();
            return term;
        } finally {
            opened.forEach(RouteTerm::closeQuietly);
        }
    }

    private static void closeQuietly(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            LOG.debug("closing after a failure", e);
        }
    }

    private void takeOver(Set<String> existing) {
        List<Entry> entries = new ArrayList<>();
        for (Route row : means.table().all()) {
            if (book.find(row.domain()).isEmpty()) {
                entries.add(Entry.of(book.restore(row)));
            }
        }
        int restored = entries.size();
        for (String topic : existing) {
            means.topics()
                    .domainOf(topic)
                    .flatMap(domain -> book.asked(domain, now()))
                    .ifPresent(row -> entries.add(Entry.of(row)));
        }
        if (restored > 0) {
            LOG.warn("the topic of routes lacked {} routes that are known here; they are written again", restored);
        }
        if (entries.size() > restored) {
            LOG.info("{} own topics that are there had no route, and have one now", entries.size() - restored);
        }
        journal.write(entries);
        toMake.addAll(book.promised());
        toMake.addAll(book.without(existing));
    }

    /** Answers what was asked and makes what was promised; false if the topics are not the ones from before. */
    boolean turn() throws ExecutionException, TimeoutException, InterruptedException {
        answer();
        makeTopics();
        return System.nanoTime() - lookedAtNanos < LOOK_EVERY.toNanos() || look();
    }

    private void answer() {
        List<Entry> entries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : requests.poll(toMake.isEmpty() ? POLL : Duration.ZERO)) {
            if (record.value() != null) {
                answer(RouteRequest.of(record.value()), entries);
            }
        }
        write(entries);
    }

    private void answer(RouteRequest request, List<Entry> entries) {
        Instant now = now();
        request.asked().forEach(domain -> book.asked(domain, now).map(Entry::of).ifPresent(entries::add));
        toMakeFirst.addAll(request.waited());
        request.seen()
                .forEach((domain, events) ->
                        book.seen(domain, events).map(Entry::of).ifPresent(entries::add));
        request.wish().ifPresent(wish -> {
            Route row = book.ordered(wish.domain(), wish.kind(), now);
            entries.add(new Entry(row, Optional.of(new Answer(wish.id(), outcome(row, wish.kind())))));
        });
    }

    private static Outcome outcome(Route row, RouteKind wanted) {
        if (row.place().kind() == wanted) {
            return Outcome.DONE;
        }
        if (row.reason() == RouteReason.CREATION_REFUSED) {
            return Outcome.REFUSED;
        }
        return row.creating().isPresent() ? Outcome.CREATING : Outcome.CAP;
    }

    private void write(List<Entry> entries) {
        journal.write(entries);
        for (Entry entry : entries) {
            Route row = entry.row();
            if (row.creating().isPresent() && row.reason() != RouteReason.CREATION_REFUSED) {
                toMake.add(row.domain());
            }
            if (row.reason() == RouteReason.CAP && row.creating().isEmpty() && !hasToldOfTheCap) {
                hasToldOfTheCap = true;
                LOG.info(
                        "as many domains have a topic of their own as may have one (fan-out.own-topics-max); further ones share {}",
                        means.topics().domainOverflow().name());
            }
        }
    }

    private void makeTopics() throws ExecutionException, TimeoutException, InterruptedException {
        toMake.removeIf(domain -> !book.holdsAPlace(domain));
        toMakeFirst.retainAll(toMake);
        List<SenderDomain> some = Stream.concat(toMakeFirst.stream(), toMake.stream())
                .distinct()
                .limit(TOPICS_AT_ONCE)
                .toList();
        if (some.isEmpty()) {
            return;
        }
        Made made = ownTopics.make(some.stream().map(book::topicOf).toList());
        some.forEach(toMake::remove);
        made.differences().forEach(difference -> LOG.warn("{}; it was there before, and is used as it is", difference));
        List<Entry> entries = new ArrayList<>();
        for (SenderDomain domain : some) {
            outcome(domain, made).map(Entry::of).ifPresent(entries::add);
        }
        write(entries);
    }

    private Optional<Route> outcome(SenderDomain domain, Made made) {
        String topic = book.topicOf(domain).name();
        Optional<Throwable> refusal = Optional.ofNullable(made.refused().get(topic));
        if (refusal.isPresent()) {
            tellOfRefusal(refusal.get());
            return book.refused(domain, now());
        }
        int partitions = made.partitions().getOrDefault(topic, 0);
        if (partitions == 0) {
            // Somebody has deleted it meanwhile, or not every broker knows it yet: the next look tries it again.
            return Optional.empty();
        }
        Optional<RouteReason> promised = book.find(domain).flatMap(Route::creating);
        if (promised.isPresent()) {
            return Optional.of(book.made(domain, partitions, promised.get(), now()));
        }
        if (!made.created().contains(topic)) {
            // It was there after all.
            return Optional.empty();
        }
        LOG.warn("the own topic of a domain was deleted, and is made again");
        return Optional.of(book.made(domain, partitions, RouteReason.MADE_AGAIN, now()));
    }

    private void tellOfRefusal(Throwable why) {
        // Of a topic that is there, it is the topic that has to be mended.
        String what = why instanceof TopicMismatch
                ? "a topic of a domain cannot be used (" + why.getMessage() + ")"
                : "Kafka refuses to make topics of domains (" + why.getClass().getSimpleName() + ")";
        if (toldRefusals.add(what)) {
            LOG.warn(
                    "{}; their events go to {}, and it is tried again every {} s",
                    what,
                    means.topics().domainOverflow().name(),
                    LOOK_EVERY.toSeconds());
        }
    }

    /** Kafka's view: are the topics of routes the same, is every own topic there, may those be made that were refused? */
    private boolean look() throws ExecutionException, TimeoutException, InterruptedException {
        lookedAtNanos = System.nanoTime();
        if (!means.routeTopics().ids(admin).equals(Optional.of(ids))) {
            return false;
        }
        Set<String> existing = ownTopics.existing();
        book.existing(existing);
        toMake.addAll(book.without(existing));
        toMake.addAll(book.promised());
        toMake.addAll(book.refused());
        return true;
    }

    private Instant now() {
        return means.clock().instant();
    }

    @Override
    public void close() {
        journal.close();
        RouteTopics.close(requests);
        admin.close(Duration.ZERO);
    }
}
