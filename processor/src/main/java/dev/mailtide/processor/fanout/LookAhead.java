package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sees the records that the fan-out has read and not processed yet, and asks for the routes of all their domains together:
 * thousands of new domains would else wait one after the other. Made by Kafka's consumer, so it is public.
 */
public final class LookAhead implements ConsumerInterceptor<byte[], byte[]> {

    /** The setting of the consumer under which the {@link Routing} stands. */
    static final String ROUTING = "mailtide.routing";

    private Optional<Routing> routing = Optional.empty();

    @Override
    public void configure(Map<String, ?> settings) {
        routing = Optional.ofNullable(settings.get(ROUTING)).map(Routing.class::cast);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        // In order: the first is the one that will be waited for.
        Set<String> names = new LinkedHashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            nameIn(record).ifPresent(names::add);
        }
        Set<SenderDomain> domains = new LinkedHashSet<>();
        names.forEach(name -> domainNamed(name).ifPresent(domains::add));
        routing.ifPresent(known -> known.expect(domains));
        return records;
    }

    /** Nothing for what {@link ByDomain} lets go nowhere: no route is to be asked for it. */
    private static Optional<String> nameIn(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null || !ForDomains.canBeEvent(record.value())
                ? Optional.empty()
                : nameIn(record.key());
    }

    private static Optional<String> nameIn(byte @Nullable [] messageKey) {
        for (int i = 0; messageKey != null && i < messageKey.length - 1; i++) {
            if (messageKey[i] == '/') {
                return Optional.of(new String(messageKey, 0, i, StandardCharsets.US_ASCII));
            }
        }
        return Optional.empty();
    }

    /** Keys have one spelling of a domain. */
    private static Optional<SenderDomain> domainNamed(String name) {
        return SenderDomain.of(name).filter(domain -> domain.name().equals(name));
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Nothing to do with it.
    }

    @Override
    public void close() {
        // The routing is somebody else's.
    }
}
