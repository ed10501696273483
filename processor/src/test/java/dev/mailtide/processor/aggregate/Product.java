package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fold.RawBody;
import java.util.List;
import java.util.SortedMap;
import org.apache.kafka.streams.test.TestRecord;

/** What is compared with the fold: the whole topology in Kafka's test driver, or its processors alone. */
interface Product extends AutoCloseable {

    void receives(RawBody body);

    /** A second of the wall clock passes. */
    void tick();

    /** Stops, and starts again on the same stores. What was published until then is still there. */
    void restart();

    List<TestRecord<String, byte[]>> events();

    List<TestRecord<String, byte[]>> deadLetters();

    /** The latest published state of every domain, after the next tick. */
    SortedMap<String, ObjectNode> states();

    /** The latest published bucket under each key, without those that are no more, after the next tick. */
    SortedMap<String, ObjectNode> series();

    /** What is known of each message and recipient, by {@code domain/messageId|recipient}, as the API answers it. */
    SortedMap<String, ObjectNode> messages();

    @Override
    void close();
}
