package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.fanout.RouteJournal.Answer;
import dev.mailtide.processor.fanout.RouteRequest.Wish;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The routes of domains, seen from outside of the fan-out, by way of Kafka: all of them, and orders to change one. */
public final class DomainRoutes {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SAY_AGAIN_AFTER = Duration.ofSeconds(3);

    private final KafkaAccess kafka;
    private final RouteTopics topics;

    /** In this Kafka, under the names of these topics. */
    public DomainRoutes(KafkaAccess kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = new RouteTopics(kafka, topics, FanOutApplication.APPLICATION_ID);
    }

    /** What became of an order. */
    public enum Ordered {
        /** The route is as ordered. */
        DONE,
        /** It is not: as many domains have a topic of their own as may have one. */
        CAP,
        /** It is not yet: Kafka refuses to make the topic. The fan-out goes on trying. */
        CREATION_REFUSED,
        /** Nobody has answered in time. */
        NO_ANSWER
    }

    /**
     * All that are there now, in order of name.
     *
     * @throws ResourceException if Kafka does not answer, or has no such topic
     */
    public Collection<Route> all() {
        try {
            Map<SenderDomain, Route> rows = new TreeMap<>();
            topics.readAll().forEach(row -> rows.put(row.domain(), row));
            return rows.values();
        } catch (KafkaException e) {
            throw unusable(e);
        }
    }

    /**
     * Orders a route, and waits for the fan-out to follow.
     *
     * @param patience how long to wait for it
     * @throws ResourceException if Kafka does not answer, or has no such topic
     */
    public Ordered order(SenderDomain domain, RouteKind kind, Duration patience) {
        Wish wish = new Wish(UUID.randomUUID().toString(), domain, kind);
        try (KafkaProducer<String, byte[]> producer = producer()) {
            KafkaConsumer<String, byte[]> consumer = topics.openRoutes();
            try {
                consumer.seekToEnd(consumer.assignment());
                consumer.assignment().forEach(partition -> consumer.position(partition, patience));
                return ordered(wish, producer, consumer, System.nanoTime() + patience.toNanos());
            } finally {
                RouteTopics.close(consumer);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(e);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        SAY_AGAIN_AFTER.toMillis())),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private Ordered ordered(
            Wish wish, KafkaProducer<String, byte[]> producer, KafkaConsumer<String, byte[]> consumer, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        boolean isPromised = false;
        long sayAgainAt = System.nanoTime();
        while (System.nanoTime() < deadline) {
            if (System.nanoTime() >= sayAgainAt) {
                sayAgainAt = System.nanoTime() + SAY_AGAIN_AFTER.toNanos();
                var unused = producer.send(new ProducerRecord<>(
                                topics.requests(), RouteRequest.of(wish).bytes()))
                        .get(SAY_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                Optional<Answer> answer =
                        Answer.in(record.headers()).filter(to -> to.wish().equals(wish.id()));
                isPromised |= answer.isPresent();
                Optional<Ordered> known = answer.flatMap(to -> of(to.outcome()))
                        .or(() -> RouteTopics.rowOf(record)
                                .filter(row -> row.domain().equals(wish.domain()))
                                .flatMap(row -> of(row, wish.kind())));
                if (isPromised && known.isPresent()) {
                    return known.get();
                }
            }
        }
        return Ordered.NO_ANSWER;
    }

    private static Optional<Ordered> of(Answer.Outcome outcome) {
        return switch (outcome) {
            case DONE -> Optional.of(Ordered.DONE);
            case CAP -> Optional.of(Ordered.CAP);
            case REFUSED -> Optional.of(Ordered.CREATION_REFUSED);
            case CREATING -> Optional.empty();
        };
    }

    private static Optional<Ordered> of(Route row, RouteKind wanted) {
        if (row.place().kind() == wanted) {
            return Optional.of(Ordered.DONE);
        }
        return row.reason() == RouteReason.CREATION_REFUSED ? Optional.of(Ordered.CREATION_REFUSED) : Optional.empty();
    }

    private ResourceException unusable(Exception why) {
        return new ResourceException(
                "cannot use the topics " + topics.routes() + " and " + topics.requests() + " on Kafka at "
                        + kafka.bootstrapServers() + " ("
                        + (why.getCause() == null ? why : why.getCause())
                                .getClass()
                                .getSimpleName()
                        + "); is Kafka well, has a fan-out run there, and may this user read the one and write to the other?",
                why);
    }
}
