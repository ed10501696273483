package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * One segment file that is being written, by one thread. Not to be used any more after it has thrown, but for
 * {@link #cutBack} and {@link #close}: what a failed force has left in the file nobody knows.
 */
final class SegmentWriter implements AutoCloseable {

    private final SpoolIo io;
    private final Path folder;
    private final long marker;
    private final SpoolFile file;
    private final ByteBuffer gathered;
    private long written;
    private long forced;
    private boolean named;

    /**
     * Makes the file and writes its header; nothing is durable yet.
     *
     * @param gathered to collect frames in, for few and large writes
     * @throws IOException if that fails; what there may be of the file has to be deleted
     */
    SegmentWriter(SpoolIo io, Path folder, Path path, long marker, ByteBuffer gathered) throws IOException {
        this.io = io;
        this.folder = folder;
        this.marker = marker;
        this.gathered = gathered;
        this.file = io.create(path);
        try {
            writeAll(new SegmentHeader(SegmentHeader.VERSION, marker).encoded());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Where the next frame will stand. */
    long position() {
        return written;
    }

    /** Up to where everything is durable. */
    long forced() {
        return forced;
    }

    /** Writes frames one after another; they are durable after the next {@link #force}. */
    void write(List<ByteBuffer> frames) throws IOException {
        // Behind a cut end, zeros would be written, and the length would look right again.
        requireWholeLength();
        gathered.clear();
        for (ByteBuffer frame : frames) {
            FrameCodec.mark(frame, marker);
            ByteBuffer rest = frame.duplicate().rewind();
            while (rest.hasRemaining()) {
                int bytes = Math.min(rest.remaining(), gathered.remaining());
                gathered.put(rest.slice().limit(bytes));
                rest.position(rest.position() + bytes);
                if (!gathered.hasRemaining()) {
                    writeGathered();
                }
            }
        }
        writeGathered();
    }

    private void writeGathered() throws IOException {
        writeAll(gathered.flip());
        gathered.clear();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = file.write(bytes, written);
            if (count <= 0) {
                throw new IOException("nothing written");
            }
            written += count;
        }
    }

    /** Everything written is durable when this returns, the name of the file included. */
    void force() throws IOException {
        file.force();
        if (!named) {
            io.forceFolder(folder);
            named = true;
        }
        requireWholeLength();
        forced = written;
    }

    /** What somebody has cut off, or appended, is no segment to go on with. */
    private void requireWholeLength() throws IOException {
        long bytes = file.bytes();
        if (bytes != written) {
            throw new IOException("somebody has changed the length of the file, to " + bytes + " from " + written);
        }
    }

    /** Tries whether the disk takes so many bytes, and takes them off again. */
    void probe(int bytes) throws IOException {
        long end = written;
        writeAll(ByteBuffer.allocate(bytes));
        file.force();
        written = end;
        file.truncate(end);
        force();
    }

    /** Takes off what was written since the last force. */
    void cutBack() throws IOException {
        file.truncate(forced);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
