package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;
import org.jspecify.annotations.Nullable;

/**
 * Addresses each event by the domain in its key. Anybody who may write to the events topic can put there what has no message
 * key or no event in it: that goes nowhere, without asking for a route, and is counted. To fail over it would fail over
 * it again after each restart.
 */
record ByDomain(Routing routing) implements ValueMapperWithKey<String, byte[], Addressed> {

    @Override
    public Addressed apply(@Nullable String messageKey, byte @Nullable [] event) {
        Optional<SenderDomain> domain = event == null ? Optional.empty() : domainIn(messageKey);
        if (domain.isEmpty()) {
            routing.countForeign();
        }
        return new Addressed(event, domain.flatMap(routing::topicFor));
    }

    private static Optional<SenderDomain> domainIn(@Nullable String messageKey) {
        try {
            return Optional.ofNullable(messageKey).map(MessageKey::parse).map(MessageKey::domain);
        } catch (IllegalArgumentException noMessageKey) {
            return Optional.empty();
        }
    }
}
