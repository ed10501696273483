package dev.mailtide.processor.fanout;

import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** Names the topic to which an event is addressed. A record with a text of its own, since a lambda's text changes on every run. */
record ToItsTopic() implements TopicNameExtractor<String, Addressed> {

    @Override
    public String extract(String messageKey, Addressed event, RecordContext context) {
        return event.topic().orElseThrow();
    }

    @Override
    public String toString() {
        return "ToItsTopic";
    }
}
