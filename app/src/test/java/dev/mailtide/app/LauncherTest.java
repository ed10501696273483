package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {

    private static final int JAVA_8_CLASS_FILE = 52;

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16", "rubbish"})
    void an_old_jvm_is_told_in_one_line_what_it_is_and_what_is_needed(String version) {
        assertThat(Launcher.complaint(version))
                .isEqualTo("mailtide: this is Java " + version + "; Java 17 or newer is needed. Set JAVA_HOME to one.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "21", "25"})
    void a_new_enough_jvm_is_told_nothing(String version) {
        assertThat(Launcher.complaint(version)).isEmpty();
    }

    @Test
    void an_old_jvm_can_load_the_class_that_tells_it() throws IOException {
        try (InputStream file = Objects.requireNonNull(Launcher.class.getResourceAsStream("Launcher.class"))) {
            byte[] header = file.readNBytes(8);
            assertThat(header[7]).isEqualTo((byte) JAVA_8_CLASS_FILE);
        }
    }
}
