package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * A file of a disk that cannot read all of it: where it fails, it gives bytes that are no frame, so that whoever reads on
 * finds the next frame behind them. A disk that is dying may take seconds for each such stretch, so this is for a person
 * who waits, not for the drain. It is only read: whoever wrote what he has read here would write the patches, too.
 */
record PatchedFile(SpoolFile file) implements SpoolFile {

    /** What Linux reads at least. */
    private static final int STRETCH_BYTES = 4096;

    /** Neither a length that a frame can have, nor the zeros that a file system leaves behind the last one. */
    private static final byte PATCH = (byte) 0xFF;

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        try {
            return file.read(into, at);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException somewhereInIt) {
            return readStretch(into, at);
        }
    }

    private int readStretch(ByteBuffer into, long at) throws IOException {
        int bytes = (int) Math.min(into.remaining(), STRETCH_BYTES - at % STRETCH_BYTES);
        ByteBuffer stretch = into.slice().limit(bytes);
        int count;
        try {
            count = file.read(stretch, at);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException unreadable) {
            count = (int) Math.min(bytes, file.bytes() - at);
            for (int i = 0; i < count; i++) {
                stretch.put(i, PATCH);
            }
        }
        into.position(into.position() + Math.max(0, count));
        return count;
    }

    @Override
    public int write(ByteBuffer bytes, long at) {
        throw readOnly("written");
    }

    @Override
    public void force() {
        throw readOnly("forced");
    }

    @Override
    public void truncate(long bytes) {
        throw readOnly("cut");
    }

    private static UnsupportedOperationException readOnly(String asked) {
        return new UnsupportedOperationException(
                "a patched file is only read, and was to be " + asked + ": what it gives may not be what stands in it");
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
