package dev.mailtide.ingest;

import dev.mailtide.ingest.HaltingIngest.Step;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.SpoolIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The real disk, with the steps of {@link HaltingIngest} on the way. */
final class HaltingIo implements SpoolIo {

    private final SpoolIo disk = new DiskIo();

    @Override
    public List<Path> createFolders(Path folder) throws IOException {
        return disk.createFolders(folder);
    }

    @Override
    public List<Listed> list(Path folder) throws IOException {
        return disk.list(folder);
    }

    @Override
    public Optional<Object> identityOf(Path file) {
        return disk.identityOf(file);
    }

    @Override
    public SpoolFile create(Path file) throws IOException {
        return new HaltingFile(disk.create(file));
    }

    @Override
    public SpoolFile open(Path file) throws IOException {
        return disk.open(file);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        disk.forceFolder(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        HaltingIngest.reached(Step.BEFORE_A_SEGMENT_IS_GIVEN_UP);
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        HaltingIngest.reached(Step.BEFORE_A_SEGMENT_IS_GIVEN_UP);
        disk.delete(file);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return disk.usableBytes(folder);
    }

    @Override
    public Lock lock(Path file, String owner) throws IOException {
        return disk.lock(file, owner);
    }

    @Override
    public Lock share(Path file) throws IOException {
        return disk.share(file);
    }

    @Override
    public long nanoTime() {
        return disk.nanoTime();
    }

    private record HaltingFile(SpoolFile file) implements SpoolFile {

        @Override
        public int write(ByteBuffer bytes, long at) throws IOException {
            HaltingIngest.reached(Step.BEFORE_WRITE);
            if (HaltingIngest.isDue(Step.IN_THE_MIDDLE_OF_A_WRITE)) {
                bytes.limit(bytes.position() + bytes.remaining() / 2);
                file.write(bytes, at);
                HaltingIngest.end();
            }
            return file.write(bytes, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return file.read(into, at);
        }

        @Override
        public void force() throws IOException {
            HaltingIngest.reached(Step.BEFORE_FORCE);
            file.force();
            HaltingIngest.reached(Step.AFTER_FORCE);
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
