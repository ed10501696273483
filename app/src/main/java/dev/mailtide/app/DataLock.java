package dev.mailtide.app;

import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One {@code up} for each data folder. Kafka takes a lock of its own only after it has written to the metadata log, which
 * kills the broker that is running there.
 */
record DataLock(FileChannel channel) implements AutoCloseable {

    static DataLock take(Path data) {
        try {
            OwnerOnly.createFolders(data);
            FileChannel channel =
                    FileChannel.open(data.resolve("up.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw taken(data);
            }
            return new DataLock(channel);
        } catch (OverlappingFileLockException e) {
            throw taken(data);
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot use the folder " + data + " (" + e.getClass().getSimpleName()
                            + "); choose one that can be written with --data DIR",
                    e);
        }
    }

    private static ResourceException taken(Path data) {
        return new ResourceException("another up runs in " + data + "; choose another folder with --data DIR");
    }

    /** Ends with the process at the latest, a killed one included. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
