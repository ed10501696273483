package dev.mailtide.common.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {

    @Test
    void the_owner_told_is_that_of_the_nearest_folder_that_is_there(@TempDir Path folder) throws IOException {
        Object uid = Files.getAttribute(folder, "unix:uid");
        assertThat(OwnerOnly.ownership(folder.resolve("not/there")))
                .isEqualTo(folder.toAbsolutePath() + " belongs to uid " + uid + ", and this process has uid " + uid);
    }

    @Test
    void the_owner_of_a_folder_of_somebody_else_is_told_beside_our_own(@TempDir Path ours) throws IOException {
        Path theirs = Path.of("/");
        assertThat(OwnerOnly.ownership(theirs))
                .isEqualTo("/ belongs to uid " + Files.getAttribute(theirs, "unix:uid") + ", and this process has uid "
                        + Files.getAttribute(ours, "unix:uid"));
    }
}
