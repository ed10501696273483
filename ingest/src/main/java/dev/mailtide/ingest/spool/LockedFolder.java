package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The disk, for as long as the folder is the one that this process has locked. When somebody moves it away, open files go
 * on as if nothing had happened, and names mean nothing any more, or files of somebody else where there is a new folder in
 * its place. So whatever goes by a name is refused until the folder is back: nothing is given up, made or deleted meanwhile.
 */
final class LockedFolder implements SpoolIo {

    /** The folder is not where it was locked. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        private GoneException(Path folder) {
            super("its folder " + folder + " is gone");
        }
    }

    private final Path folder;
    private final SpoolIo io;
    private final Lock lock;

    /** @param lock of this folder */
    LockedFolder(SpoolFolder folder, SpoolIo io, Lock lock) {
        this.folder = folder.path();
        this.io = io;
        this.lock = lock;
    }

    /** Asks that the folder is where it was locked. */
    void requireInPlace() throws GoneException {
        if (!lock.stands()) {
            throw new GoneException(folder);
        }
    }

    @Override
    public List<Path> createFolders(Path below) throws IOException {
        requireInPlace();
        return io.createFolders(below);
    }

    @Override
    public List<Listed> list(Path in) throws IOException {
        requireInPlace();
        return io.list(in);
    }

    @Override
    public Optional<Object> identityOf(Path file) {
        return lock.stands() ? io.identityOf(file) : Optional.empty();
    }

    @Override
    public SpoolFile create(Path file) throws IOException {
        requireInPlace();
        return new NamedFile(file, io.create(file));
    }

    @Override
    public SpoolFile open(Path file) throws IOException {
        requireInPlace();
        return io.open(file);
    }

    @Override
    public void forceFolder(Path forced) throws IOException {
        requireInPlace();
        io.forceFolder(forced);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        requireInPlace();
        io.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        requireInPlace();
        io.delete(file);
    }

    @Override
    public long usableBytes(Path on) throws IOException {
        requireInPlace();
        return io.usableBytes(on);
    }

    @Override
    public Lock lock(Path file, String owner) throws IOException {
        return io.lock(file, owner);
    }

    @Override
    public Lock share(Path file) throws IOException {
        return io.share(file);
    }

    @Override
    public long nanoTime() {
        return io.nanoTime();
    }

    /** A file that is written: what is forced counts only if it can be found again. */
    private final class NamedFile implements SpoolFile {

        private final Path path;
        private final SpoolFile file;
        private final Optional<Object> identity;

        NamedFile(Path path, SpoolFile file) {
            this.path = path;
            this.file = file;
            this.identity = io.identityOf(path);
        }

        @Override
        public void force() throws IOException {
            file.force();
            requireInPlace();
            // Restoring or copying tools put another file under the name; this one has none then.
            if (identity.isEmpty() || !identity.equals(io.identityOf(path))) {
                throw new NoSuchFileException(path.toString());
            }
        }

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            return file.write(bytes, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return file.read(into, at);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.truncate(bytes);
        }

        @Override
        public long bytes() throws IOException {
            return file.bytes();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
