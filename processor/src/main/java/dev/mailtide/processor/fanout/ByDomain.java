package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.MessageKey;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** Names the topic for each event. A record with a text of its own, since a lambda's text changes on every run. */
record ByDomain(DomainTopics topics) implements TopicNameExtractor<String, byte[]> {

    @Override
    public String extract(String messageKey, byte[] event, RecordContext context) {
        return topics.topicFor(MessageKey.parse(messageKey).domain());
    }

    @Override
    public String toString() {
        return "ByDomain";
    }
}
