package dev.mailtide.processor.streams;

import org.apache.kafka.common.KafkaException;

/** Kafka Streams wants to make an internal topic anew that was there before. */
final class LostTopicException extends KafkaException {

    private static final long serialVersionUID = 1L;

    LostTopicException(String topic) {
        super("the topic " + topic + " was there before, and must not be made anew");
    }
}
