package dev.mailtide.ingest.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchedFileTest {

    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void whoever_writes_through_it_is_refused_and_the_file_stays_as_it_is() throws IOException {
        Path path = folder.resolve("file");
        try (SpoolFile writable = new DiskIo().create(path)) {
            writable.write(ByteBuffer.wrap(CONTENT), 0);
            PatchedFile patched = new PatchedFile(writable);
            refuses(() -> patched.write(ByteBuffer.wrap(CONTENT), 3), "written");
            refuses(() -> patched.truncate(1), "cut");
            refuses(patched::force, "forced");
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(CONTENT);
    }

    private static void refuses(ThrowingCallable change, String asked) {
        assertThatThrownBy(change)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("a patched file is only read, and was to be " + asked
                        + ": what it gives may not be what stands in it");
    }
}
