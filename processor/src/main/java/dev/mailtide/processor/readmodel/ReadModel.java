package dev.mailtide.processor.readmodel;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.streams.OnStop;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The read model, running: it reads the events topic onto the disk of this process, as one of a group that shares its
 * partitions, and takes part in keeping the topic of suppressions. Whatever fails in it is tried again, and keeps nothing
 * else from working: its answers say how old they are, and what is missing.
 */
public final class ReadModel implements AutoCloseable {

    /** Its consumer group. */
    public static final String GROUP = EventReader.GROUP;

    private static final String FOLDER = "read-model";

    private final Shutdown shutdown = new Shutdown("read model");
    private final ReadAnswers answers;

    /**
     * Who this process is.
     *
     * @param stateFolder where its state is
     * @param instance its name among those of the installation
     * @param onStop what a stop is to the others
     */
    public record Self(Path stateFolder, String instance, OnStop onStop) {}

    /**
     * Begins to read. The topics must be there.
     *
     * @param counted up to when everything that was raw is an event
     * @param policy what answers may hold of an event
     */
    public ReadModel(
            Self self,
            KafkaAccess kafka,
            Topics topics,
            Supplier<Optional<Instant>> counted,
            EventPolicy policy,
            Meters meters) {
        Path folder = self.stateFolder().resolve(FOLDER);
        Partitions partitions = new Partitions();
        Suppressions suppressions = new Suppressions(partitions);
        ReadModelMeters figures = new ReadModelMeters(meters, partitions);
        String events = topics.events().name();
        shutdown.onStop("stop looking for the end", ReadProgress.start(kafka, events, partitions, counted));
        EventReader.Source source = new EventReader.Source(kafka, events, self.instance(), self.onStop());
        shutdown.onStop(
                "stop reading",
                Restarted.start(
                        "read-model",
                        () -> new EventReader(source, folder, partitions, suppressions, figures),
                        figures::failed));
        SuppressionExchange.Source said =
                new SuppressionExchange.Source(kafka, topics.suppressions().name(), folder.resolve("suppressions"));
        shutdown.onStop(
                "stop exchanging suppressions",
                Restarted.start(
                        "read-model-suppressions",
                        () -> new SuppressionExchange(said, suppressions, figures),
                        figures::failed));
        answers = new ReadAnswers(partitions, suppressions, counted, policy);
    }

    /** Questions to what it has read. */
    public ReadAnswers answers() {
        return answers;
    }

    @Override
    public void close() {
        shutdown.close();
    }
}
