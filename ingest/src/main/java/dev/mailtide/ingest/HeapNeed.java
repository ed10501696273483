package dev.mailtide.ingest;

import dev.mailtide.common.topic.KafkaAccess;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How many bytes the limits of ingest allow to be in memory at once, when each is reached. The heap must have more, or it
 * runs out before a limit holds.
 *
 * @param bodies bodies that are not whole yet
 * @param unacked bodies without an ack
 * @param frames frames that wait for the spool's disk
 * @param producer what Kafka's producer buffers
 */
record HeapNeed(long bodies, long unacked, long frames, long producer) {

    /** What Kafka takes where nothing is set. */
    private static final String PRODUCER_FALLBACK = "33554432";

    static HeapNeed of(IngestSettings settings, KafkaAccess kafka) {
        String producer = kafka.settings().getOrDefault(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_FALLBACK);
        return new HeapNeed(
                settings.body().bytesMaxOfAll(),
                settings.ways().queue().bytesMax(),
                settings.ways().spool().queue().bytesMax(),
                Long.parseLong(producer.strip()));
    }

    /** A frame is a copy, and the request keeps the body meanwhile. */
    private long spool() {
        return 2 * frames;
    }

    private long bytes() {
        return bodies + unacked + spool() + producer;
    }

    /** What to tell the operator, if a heap of so many bytes does not suffice. */
    Optional<String> problem(long heapBytes) {
        return bytes() <= heapBytes
                ? Optional.empty()
                : Optional.of("the limits of memory allow " + bytes() + " bytes (ingest.bodies-bytes-max " + bodies
                        + ", ingest.queue-bytes-max " + unacked + ", the spool's queue " + spool()
                        + ", kafka.buffer.memory " + producer + "), and the heap has " + heapBytes
                        + "; lower them, or give it more (MAILTIDE_JAVA_OPTS)");
    }
}
