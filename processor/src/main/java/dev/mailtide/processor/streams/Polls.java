package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * How long the threads of an application have not asked for records. One that runs asks several times a second, also when
 * nothing comes: this alone tells of a thread that hangs while nothing waits for it.
 */
final class Polls {

    private static final String LAST_POLL = "last-poll-seconds-ago";
    private static final String CLIENT = "client-id";
    private static final String OF_THREAD = "-consumer";
    private static final String OF_RESTORE = "-restore-consumer";

    private Polls() {}

    /** The longest time among all threads; nothing of those that have never asked. */
    static Duration longestAgo(Map<MetricName, ? extends Metric> metrics) {
        double seconds = metrics.entrySet().stream()
                .filter(metric -> isLastPollOfThread(metric.getKey()))
                .map(metric -> metric.getValue().metricValue())
                .filter(Double.class::isInstance)
                .mapToDouble(Double.class::cast)
                .max()
                .orElse(0);
        // Kafka says -1 before the first time.
        return Duration.ofSeconds(Math.max(0, (long) seconds));
    }

    private static boolean isLastPollOfThread(MetricName name) {
        String client = name.tags().getOrDefault(CLIENT, "");
        return name.name().equals(LAST_POLL) && client.endsWith(OF_THREAD) && !client.endsWith(OF_RESTORE);
    }
}
