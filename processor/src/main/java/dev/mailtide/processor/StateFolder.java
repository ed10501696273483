package dev.mailtide.processor;

import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of this process, locked: two processes on one folder would destroy each other's state. The lock ends with the
 * process at the latest, a killed one included.
 */
record StateFolder(Path path, FileChannel lock) implements AutoCloseable {

    private static final String LOCK = "processor.lock";

    /**
     * Makes it if it is not there.
     *
     * @throws ResourceException if it cannot be used, or another process has it
     */
    static StateFolder take(Path dataFolder) {
        Path state = dataFolder.resolve("state");
        try {
            OwnerOnly.createFolders(state);
        } catch (IOException e) {
            throw unusable("cannot make the folder " + state, state, e);
        }
        if (!Files.isWritable(state)) {
            throw unusable("cannot write to the folder " + state, state, new AccessDeniedException(state.toString()));
        }
        try {
            return locked(state);
        } catch (IOException e) {
            throw unusable("cannot lock the folder " + state, state, e);
        }
    }

    private static StateFolder locked(Path state) throws IOException {
        FileChannel channel =
                FileChannel.open(state.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new StateFolder(state, channel);
            }
        } catch (OverlappingFileLockException inThisProcess) {
            channel.close();
            throw taken(state);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw taken(state);
    }

    private static ResourceException taken(Path state) {
        return new ResourceException("another processor runs on the folder " + state
                + "; set data-dir to one of its own for each process, and instance to a name of its own");
    }

    private static ResourceException unusable(String what, Path state, IOException why) {
        return new ResourceException(
                what + ": " + OwnerOnly.ownership(state) + "; set data-dir to one that can be written", why);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
