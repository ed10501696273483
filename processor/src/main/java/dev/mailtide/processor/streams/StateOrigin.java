package dev.mailtide.processor.streams;

import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From which life of an application the stores in a state folder are. Kafka Streams opens what it finds there, and takes it
 * for true even if the topics that it came from are gone and have others in their place: then old counts would go on. So a
 * file beside the stores says which life they are from, and stores of another one, or of an unknown one, are deleted before
 * a start: they are restored from Kafka.
 */
final class StateOrigin {

    private static final Logger LOG = LoggerFactory.getLogger(StateOrigin.class);

    private final String application;
    private final Path stores;
    private final Path file;

    StateOrigin(Path stateFolder, String application) {
        this.application = application;
        this.stores = stateFolder.resolve(application);
        this.file = stateFolder.resolve(application + ".origin");
    }

    /**
     * Leaves no stores there but those of this life. To be called before the application starts.
     *
     * @param deleteStores deletes the stores of the application
     * @throws ResourceException if the folder cannot be used
     */
    void keepOnly(String life, Runnable deleteStores) {
        try {
            Optional<String> before = Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
            if (before.filter(life::equals).isPresent()) {
                return;
            }
            if (hasStores()) {
                LOG.warn(
                        "{}: the stores in {} are {}; they are deleted, and restored from Kafka",
                        application,
                        stores,
                        before.isPresent() ? "from before it began anew" : "of unknown origin");
                deleteStores.run();
            }
            if (hasStores()) {
                throw new IOException("stores of another life are still there");
            }
            // Comes last: after a kill before it, the next start deletes what is left.
            OwnerOnly.write(file, life);
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot use the folder " + stores + ": " + e.getMessage() + "; " + OwnerOnly.ownership(stores), e);
        }
    }

    /** Each task has a folder. */
    private boolean hasStores() throws IOException {
        if (Files.notExists(stores)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(stores)) {
            return inside.anyMatch(Files::isDirectory);
        }
    }
}
