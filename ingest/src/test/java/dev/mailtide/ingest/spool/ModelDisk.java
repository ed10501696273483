package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A disk in memory that fails as it is told, and writes down all that is done to it in the order of a {@link CrashJournal},
 * so that a test can lose power at any point afterwards. A failed force behaves like Linux: what was to be forced is
 * forgotten, the reader still sees it, and the next force of the same file succeeds.
 */
final class ModelDisk implements SpoolIo {

    enum Operation {
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        FORCE_FOLDER,
        RENAME,
        DELETE,
        TRUNCATE,
        LOCK
    }

    /** The bytes of a file, whatever its name is at the moment. */
    static final class Content {
        byte[] bytes = new byte[0];
        long unreadableFrom = Long.MAX_VALUE;
        long unreadableTo;

        void write(byte[] piece, long at) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, (int) at + piece.length));
            System.arraycopy(piece, 0, bytes, (int) at, piece.length);
        }

        void truncate(long length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytes.length, length));
        }
    }

    private final CrashJournal journal = new CrashJournal();
    private final Map<Path, Content> files;
    private final Map<Operation, Integer> failures = new EnumMap<>(Operation.class);
    private Optional<Random> shortWrites = Optional.empty();
    private long capacity = Long.MAX_VALUE;
    private boolean readOnly;
    private Runnable afterList = () -> {};
    private final Set<Path> folders = new HashSet<>();
    private final Set<Path> locked = new HashSet<>();
    private OptionalLong stoppedAtNanos = OptionalLong.empty();
    private Duration moved = Duration.ZERO;
    private volatile CountDownLatch forces = new CountDownLatch(0);
    private volatile CountDownLatch forcing = new CountDownLatch(1);

    ModelDisk() {
        this(Map.of());
    }

    /** One that holds these files, all durable. */
    ModelDisk(Map<Path, Content> files) {
        this.files = new TreeMap<>(files);
    }

    CrashJournal journal() {
        return journal;
    }

    /** The next so many operations of this kind fail. */
    synchronized ModelDisk failing(Operation operation, int times) {
        failures.put(operation, times);
        return this;
    }

    /** From now on a write may write less than it was given. */
    synchronized ModelDisk writingShort(Random random) {
        shortWrites = Optional.of(random);
        return this;
    }

    /** No more than this fits. */
    synchronized ModelDisk holding(long bytes) {
        capacity = bytes;
        return this;
    }

    synchronized ModelDisk readOnly(boolean now) {
        readOnly = now;
        return this;
    }

    /** What others do right after the next list was given. */
    synchronized void afterList(Runnable others) {
        afterList = others;
    }

    /** From now on time only passes by {@link #move}. */
    synchronized void stopTime() {
        stoppedAtNanos = OptionalLong.of(System.nanoTime());
    }

    synchronized void move(Duration by) {
        moved = moved.plus(by);
    }

    /** Forces hang from now on, until the latch is counted down. */
    CountDownLatch holdForces() {
        CountDownLatch held = new CountDownLatch(1);
        forcing = new CountDownLatch(1);
        forces = held;
        return held;
    }

    /** Waits until a force hangs. */
    void awaitForce() throws InterruptedException {
        forcing.await();
    }

    synchronized byte[] bytes(Path file) {
        return Objects.requireNonNull(files.get(file), file.toString()).bytes.clone();
    }

    synchronized void put(Path file, byte[] bytes) {
        Content content = new Content();
        content.bytes = bytes.clone();
        files.put(file, content);
    }

    synchronized List<Path> files() {
        return List.copyOf(files.keySet());
    }

    /** From now on these bytes cannot be read; as on Linux, a read that begins before them ends there. */
    synchronized void unreadable(Path file, long from, long to) {
        Content content = Objects.requireNonNull(files.get(file), file.toString());
        content.unreadableFrom = from;
        content.unreadableTo = to;
    }

    /** What is no action of the process under test. */
    synchronized void putAway(Path file) {
        files.remove(file);
    }

    synchronized long used() {
        return files.values().stream().mapToLong(file -> file.bytes.length).sum();
    }

    private void mayFail(Operation operation) throws IOException {
        if (readOnly && operation != Operation.OPEN && operation != Operation.READ) {
            throw new IOException("Read-only file system");
        }
        int left = failures.getOrDefault(operation, 0);
        if (left > 0) {
            failures.put(operation, left - 1);
            throw new IOException("Input/output error");
        }
    }

    @Override
    public synchronized List<Path> createFolders(Path folder) {
        // A loss of power never takes them: that their names are forced is tested by itself.
        List<Path> made = new ArrayList<>();
        for (Path at = folder; at != null && folders.add(at); at = at.getParent()) {
            made.add(at);
        }
        return made;
    }

    @Override
    public synchronized List<Listed> list(Path folder) {
        List<Listed> listed = files.entrySet().stream()
                .filter(file -> folder.equals(file.getKey().getParent()))
                .map(file ->
                        new Listed(file.getKey().getFileName().toString(), Type.FILE, file.getValue().bytes.length))
                .toList();
        Runnable others = afterList;
        afterList = () -> {};
        others.run();
        return listed;
    }

    @Override
    public synchronized Optional<Object> identityOf(Path file) {
        return Optional.ofNullable(files.get(file));
    }

    @Override
    public synchronized SpoolFile create(Path file) throws IOException {
        mayFail(Operation.CREATE);
        if (files.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Content content = new Content();
        files.put(file, content);
        journal.created(file, content);
        return new OpenFile(content);
    }

    @Override
    public synchronized SpoolFile open(Path file) throws IOException {
        mayFail(Operation.OPEN);
        Content content = files.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return new OpenFile(content);
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
        mayFail(Operation.FORCE_FOLDER);
        journal.forcedFolder(folder);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        mayFail(Operation.RENAME);
        Content content = files.remove(from);
        if (content == null) {
            throw new NoSuchFileException(from.toString());
        }
        files.put(to, content);
        journal.renamed(from, to, content);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        mayFail(Operation.DELETE);
        if (files.remove(file) != null) {
            journal.deleted(file);
        }
    }

    @Override
    public synchronized long usableBytes(Path folder) {
        return capacity - used();
    }

    @Override
    public synchronized Lock lock(Path file, String owner) throws IOException {
        mayFail(Operation.LOCK);
        return share(file);
    }

    @Override
    public synchronized Lock share(Path file) throws IOException {
        if (!locked.add(file)) {
            throw new InUseException("another");
        }
        return () -> unlock(file);
    }

    private synchronized void unlock(Path file) {
        locked.remove(file);
    }

    @Override
    public synchronized long nanoTime() {
        return stoppedAtNanos.orElseGet(System::nanoTime) + moved.toNanos();
    }

    private final class OpenFile implements SpoolFile {

        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            synchronized (ModelDisk.this) {
                mayFail(Operation.WRITE);
                long grows = Math.max(0, at + bytes.remaining() - content.bytes.length);
                long free = capacity == Long.MAX_VALUE ? Integer.MAX_VALUE : capacity - used();
                int room = (int) Math.max(0, Math.min(bytes.remaining(), bytes.remaining() - grows + free));
                if (room == 0 && bytes.hasRemaining()) {
                    throw new IOException("No space left on device");
                }
                int count = shortWrites.isPresent() ? 1 + shortWrites.get().nextInt(room) : room;
                byte[] piece = new byte[count];
                bytes.get(piece);
                content.write(piece, at);
                journal.wrote(content, piece, at);
                return count;
            }
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            synchronized (ModelDisk.this) {
                mayFail(Operation.READ);
                long end = at < content.unreadableFrom
                        ? Math.min(content.unreadableFrom, content.bytes.length)
                        : content.bytes.length;
                int count = (int) Math.min(into.remaining(), end - at);
                if (count <= 0) {
                    return -1;
                }
                if (at >= content.unreadableFrom && at < content.unreadableTo) {
                    throw new IOException("Input/output error");
                }
                into.put(content.bytes, (int) at, count);
                return count;
            }
        }

        @Override
        public void force() throws IOException {
            forcing.countDown();
            try {
                forces.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            synchronized (ModelDisk.this) {
                try {
                    mayFail(Operation.FORCE);
                } catch (IOException e) {
                    journal.failedToForce(content);
                    throw e;
                }
                journal.forced(content);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            synchronized (ModelDisk.this) {
                mayFail(Operation.TRUNCATE);
                content.truncate(length);
                journal.truncated(content, length);
            }
        }

        @Override
        public long bytes() {
            synchronized (ModelDisk.this) {
                return content.bytes.length;
            }
        }

        @Override
        public void close() {
            // Nothing depends on it.
        }
    }
}
