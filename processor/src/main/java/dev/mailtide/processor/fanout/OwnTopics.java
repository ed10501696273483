package dev.mailtide.processor.fanout;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicCreator;
import dev.mailtide.common.topic.TopicCreator.Made;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** The own topics of domains, as Kafka has them. */
final class OwnTopics {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaAccess kafka;
    private final Admin admin;
    private final Topics topics;

    /** @param admin stays the caller's to close */
    OwnTopics(KafkaAccess kafka, Admin admin, Topics topics) {
        this.kafka = kafka;
        this.admin = admin;
        this.topics = topics;
    }

    /** The names of those that are there. */
    Set<String> existing() throws ExecutionException, TimeoutException, InterruptedException {
        return admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
                .filter(topics::isOfADomain)
                .collect(Collectors.toSet());
    }

    /** Makes those that are missing, and says what became of each. */
    Made make(Collection<Topic<String, byte[]>> wanted)
            throws ExecutionException, TimeoutException, InterruptedException {
        return new TopicCreator(admin, PATIENCE).makeEach(wanted, kafka::openAdmin);
    }
}
