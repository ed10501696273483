package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The disk, as far as the spool needs it. The second implementation is a model of a disk that fails and loses power.
 * Nothing is durable before it is forced: bytes by {@link SpoolFile#force}, names by {@link #forceFolder}.
 */
public interface SpoolIo {

    /** Makes the folder and those above it, readable by nobody else. What is there stays. Gives those that were made. */
    List<Path> createFolders(Path folder) throws IOException;

    /** What is in this folder; nothing if it is not there. */
    List<Listed> list(Path folder) throws IOException;

    /** What no other file has while this one is open; nothing if there is none of this name. A link is not followed. */
    Optional<Object> identityOf(Path file);

    /** Makes a new file, readable by nobody else, for writing; fails if there is one. */
    SpoolFile create(Path file) throws IOException;

    /** Opens a file for reading. */
    SpoolFile open(Path file) throws IOException;

    /** Makes the names in this folder durable. */
    void forceFolder(Path folder) throws IOException;

    /** Gives a file another name, in one step; what has that name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; that it is gone already is no error. */
    void delete(Path file) throws IOException;

    /** Bytes that this process may still write on the disk of the folder. */
    long usableBytes(Path folder) throws IOException;

    /**
     * Locks the file for this process until the lock is closed or the process ends, and writes the owner into it.
     *
     * @throws InUseException if another holds it
     */
    Lock lock(Path file, String owner) throws IOException;

    /**
     * Keeps others from locking the file until the lock is closed or the process ends, and changes nothing: others may
     * share it, too, and where there is no file, nobody has locked it, and nothing is held.
     *
     * @throws InUseException if another holds it alone
     */
    Lock share(Path file) throws IOException;

    /** Nanoseconds of a clock that only goes forward. */
    long nanoTime();

    /** What something in a folder is. No link is ever followed. */
    enum Type {
        FILE,
        LINK,
        FOLDER
    }

    /** Something in a folder; the length is that of a file. */
    record Listed(String name, Type type, long bytes) {}

    /** A held lock. */
    interface Lock extends AutoCloseable {
        /** Whether the file that was locked has its name still; a lock that is shared does not look. */
        default boolean stands() {
            return true;
        }

        @Override
        void close() throws IOException;
    }

    /** The lock is held by somebody else. */
    final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        /** With what the owner wrote into the lock. */
        public InUseException(String owner) {
            super(owner);
        }
    }

    /** An open file. */
    interface SpoolFile extends AutoCloseable {
        /** Writes at this place; may write less than all. Gives the number of bytes written. */
        int write(ByteBuffer bytes, long at) throws IOException;

        /** Reads from this place; may read less than there is room for. Gives the number of bytes, or -1 at the end. */
        int read(ByteBuffer into, long at) throws IOException;

        /** Makes the bytes and the length durable. */
        void force() throws IOException;

        /** Cuts off what is behind this length. */
        void truncate(long bytes) throws IOException;

        /** Its length. */
        long bytes() throws IOException;

        @Override
        void close() throws IOException;
    }
}
