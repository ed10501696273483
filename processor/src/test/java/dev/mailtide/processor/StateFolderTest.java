package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    Path data;

    @Test
    void a_folder_has_one_process_and_the_next_one_when_that_is_gone() throws Exception {
        try (StateFolder first = StateFolder.take(data)) {
            assertThat(first.path()).isEqualTo(data.resolve("state")).isDirectory();
            assertThatThrownBy(() -> StateFolder.take(data))
                    .isInstanceOf(ResourceException.class)
                    .hasMessage("another processor runs on the folder " + data.resolve("state")
                            + "; set data-dir to one of its own for each process, and instance to a name of its own");
        }
        StateFolder.take(data).close();
    }
}
