package dev.mailtide.ingest.spool;

import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process for each folder. The lock is the operating system's and ends with the process, a killed one included; a lock
 * file that is there means nothing by itself.
 */
record FolderLock(SpoolIo.Lock lock) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

    /**
     * Makes the folder if it is not there, and takes its lock.
     *
     * @throws ResourceException if either cannot be done
     */
    static FolderLock take(SpoolFolder folder, SpoolIo io) {
        try {
            makeFolder(folder.path(), io);
            return new FolderLock(
                    io.lock(folder.lock(), Long.toString(ProcessHandle.current().pid())));
        } catch (SpoolIo.InUseException e) {
            throw new ResourceException(
                    "the spool folder " + folder.path() + " is in use by process " + e.getMessage()
                            + ", or mailtide spool looks into it; each process needs a folder of its own: set spool.dir, or stop that process",
                    e);
        } catch (IOException e) {
            throw unusable(folder.path(), e);
        }
    }

    /** What is promised to be in the folder must be found after a loss of power: so must the folder. */
    private static void makeFolder(Path folder, SpoolIo io) throws IOException {
        for (Path made : io.createFolders(folder)) {
            Path holder = made.toAbsolutePath().getParent();
            if (holder != null) {
                io.forceFolder(holder);
            }
        }
    }

    /**
     * Keeps processes from taking the lock for as long as this one looks into the folder, and changes nothing there.
     *
     * @throws ResourceException if a process has it
     */
    static FolderLock share(SpoolFolder folder, SpoolIo io) {
        try {
            return new FolderLock(io.share(folder.lock()));
        } catch (SpoolIo.InUseException e) {
            throw new ResourceException(
                    "the spool folder " + folder.path() + " is in use by process " + e.getMessage()
                            + "; stop that process first",
                    e);
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
    }

    static ResourceException unreadable(Path folder, IOException e) {
        return new ResourceException(
                "cannot read the spool folder " + folder + " (" + e + "): " + OwnerOnly.ownership(folder)
                        + "; read it as its owner, and look at the disk",
                e);
    }

    static ResourceException unusable(Path folder, IOException e) {
        return new ResourceException(
                "cannot use the spool folder " + folder + " (" + reason(e) + "): " + OwnerOnly.ownership(folder)
                        + "; set spool.dir to one that can be written",
                e);
    }

    private static String reason(IOException e) {
        String known = e instanceof FileSystemException failed ? failed.getReason() : null;
        return known == null ? e.getClass().getSimpleName() : known;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("the lock ends with the process", e);
        }
    }
}
