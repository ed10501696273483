package dev.mailtide.app;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.aggregate.AggregateApplication;
import dev.mailtide.processor.fanout.FanOutApplication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who needs to be allowed what. {@code SecureKafkaTest} runs the roles with exactly this. */
final class Grants {

    private Grants() {}

    /** Whose client it is. */
    enum Role {
        INGEST,
        PROCESSOR,
        FAN_OUT;

        /** As it is called on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What a role of ours needs. */
    static List<Grant> of(Role role, Topics topics) {
        return switch (role) {
            case INGEST ->
                Stream.of(topics.raw(), topics.sourceStatus())
                        .map(topic -> Grant.of(TOPIC, topic.name(), CREATE, DESCRIBE, DESCRIBE_CONFIGS, WRITE))
                        .toList();
            case PROCESSOR -> joined(aggregate(topics), fanOut(topics));
            case FAN_OUT -> fanOut(topics);
        };
    }

    private static List<Grant> aggregate(Topics topics) {
        String application = AggregateApplication.APPLICATION_ID;
        return List.of(
                // To count from raw; a replay of dead letters writes to it.
                Grant.of(TOPIC, topics.raw().name(), READ, WRITE),
                Grant.of(TOPIC, topics.deadLetters().name(), READ, WRITE),
                Grant.of(TOPIC, topics.events().name(), WRITE),
                Grant.of(TOPIC, topics.domainState().name(), WRITE),
                Grant.of(TOPIC, topics.domainSeries().name(), WRITE),
                // Kafka Streams deletes what it has read from its repartition topics.
                Grant.ofAll(TOPIC, application + "-", CREATE, DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE, DELETE),
                Grant.of(GROUP, application, READ),
                Grant.ofAll(TRANSACTIONAL_ID, application + "-", DESCRIBE, WRITE));
    }

    private static List<Grant> fanOut(Topics topics) {
        String application = FanOutApplication.APPLICATION_ID;
        return List.of(
                // Each role makes the topics that are missing, and compares the others with what it expects.
                Grant.ofAll(TOPIC, prefix(topics), CREATE, DESCRIBE, DESCRIBE_CONFIGS),
                Grant.of(TOPIC, topics.events().name(), READ),
                Grant.ofAll(TOPIC, prefix(topics) + "domain.", WRITE),
                Grant.of(TOPIC, topics.domainOverflow().name(), WRITE),
                Grant.of(TOPIC, topics.domainRoutes().name(), READ, WRITE),
                Grant.ofAll(TOPIC, application + "-", CREATE, DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE),
                Grant.of(GROUP, application, READ),
                Grant.ofAll(TRANSACTIONAL_ID, application + "-", DESCRIBE, WRITE));
    }

    /**
     * What who reads the topic of one domain needs, and no more.
     *
     * @param groups how the names of their consumer groups begin
     */
    static List<Grant> ofConsumer(SenderDomain domain, String groups, Topics topics) {
        return List.of(
                Grant.of(TOPIC, topics.ofDomain(domain).name(), READ, DESCRIBE), Grant.ofAll(GROUP, groups, READ));
    }

    /** What the roles need, as a table. */
    static String table(Topics topics) {
        return Stream.of(Role.values())
                .flatMap(role -> of(role, topics).stream().map(grant -> "| `" + role + "` | " + grant.row() + " |\n"))
                .collect(Collectors.joining("", "| role | resource | name | operations |\n|---|---|---|---|\n", ""));
    }

    private static String prefix(Topics topics) {
        return topics.raw().name().replaceFirst("raw\\.v1$", "");
    }

    private static List<Grant> joined(List<Grant> some, List<Grant> others) {
        List<Grant> all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
