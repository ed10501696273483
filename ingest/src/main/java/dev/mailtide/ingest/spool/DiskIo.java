package dev.mailtide.ingest.spool;

import dev.mailtide.common.run.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The real disk. */
public final class DiskIo implements SpoolIo {

    private static final int OWNER_BYTES_MAX = 100;

    private enum Sharing {
        ALONE,
        SHARED
    }

    /** No state: one is as good as another. */
    public DiskIo() {}

    @Override
    public List<Path> createFolders(Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder.toAbsolutePath(); at != null && Files.notExists(at); at = at.getParent()) {
            missing.add(at);
        }
        OwnerOnly.createFolders(folder);
        return missing;
    }

    @Override
    public List<Listed> list(Path folder) throws IOException {
        List<Listed> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                listed(path, files);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return files;
    }

    private static void listed(Path path, List<Listed> files) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Type type = attributes.isRegularFile() ? Type.FILE : attributes.isSymbolicLink() ? Type.LINK : Type.FOLDER;
            files.add(new Listed(String.valueOf(path.getFileName()), type, attributes.size()));
        } catch (NoSuchFileException goneMeanwhile) {
            // Then it is not in the folder.
        }
    }

    @Override
    public Optional<Object> identityOf(Path file) {
        return keyOf(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public SpoolFile create(Path file) throws IOException {
        return new Channel(FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                ownerOnly()));
    }

    @Override
    public SpoolFile open(Path file) throws IOException {
        return new Channel(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        if (hasModes()) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        requireNoOther(from);
        requireNoOther(to);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        requireNoOther(file);
        Files.deleteIfExists(file);
    }

    /** Whoever put a link or a folder under the name of a file has his reasons, and it is not replaced or deleted. */
    private static void requireNoOther(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "a link or a folder");
        }
    }

    @Override
    public long usableBytes(Path folder) {
        // One system call; asking through Files.getFileStore would read the table of mounts each time.
        return folder.toFile().getUsableSpace();
    }

    @Override
    public Lock lock(Path file, String owner) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ),
                ownerOnly());
        Lock lock = locked(channel, Sharing.ALONE);
        writeOwner(channel, owner);
        return new NamedLock(lock, file, keyOf(file));
    }

    @Override
    public Lock share(Path file) throws IOException {
        try {
            return locked(FileChannel.open(file, StandardOpenOption.READ), Sharing.SHARED);
        } catch (NoSuchFileException neverLocked) {
            return () -> {};
        }
    }

    /** Of a file that is open; the path alone where the file system has no such thing. */
    private static Optional<Object> keyOf(Path file, LinkOption... options) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class, options)
                    .fileKey();
            return Optional.of(key == null ? file : key);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private record NamedLock(Lock held, Path file, Optional<Object> identity) implements Lock {

        @Override
        public boolean stands() {
            return identity.isPresent() && identity.equals(keyOf(file));
        }

        @Override
        public void close() throws IOException {
            held.close();
        }
    }

    /** Owns the channel, also if this fails. */
    private static Lock locked(FileChannel channel, Sharing sharing) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, sharing == Sharing.SHARED);
            if (lock == null) {
                throw new InUseException(ownerIn(channel));
            }
            return channel::close;
        } catch (OverlappingFileLockException e) {
            InUseException inUse = new InUseException(ownerIn(channel));
            inUse.initCause(e);
            channel.close();
            throw inUse;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whose lock it is helps a person, and no more: on a full disk the lock counts without it. */
    private static void writeOwner(FileChannel channel, String owner) {
        try {
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(owner), 0);
        } catch (IOException noRoomForTheName) {
            // See above.
        }
    }

    private static String ownerIn(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(OWNER_BYTES_MAX);
        channel.read(bytes, 0);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    private static FileAttribute<?>[] ownerOnly() {
        return hasModes()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasModes() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    private record Channel(FileChannel channel) implements SpoolFile {

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            return channel.write(bytes, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return channel.read(into, at);
        }

        @Override
        public void force() throws IOException {
            // Without times: the length is forced all the same, since the bytes could not be found without it.
            channel.force(false);
        }

        @Override
        public void truncate(long bytes) throws IOException {
            channel.truncate(bytes);
        }

        @Override
        public long bytes() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
