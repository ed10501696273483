package dev.mailtide.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaCommandTest {

    @Test
    void a_class_of_the_test_runs_with_the_options_and_the_arguments_in_their_order() throws IOException {
        List<String> command = JavaCommand.small("-Dword=an option").main(Said.class, "first", "second one");
        Process child = new ProcessBuilder(command).start();
        assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("an option, first, second one");
    }

    @Test
    void a_jar_comes_behind_the_options_and_before_the_arguments() {
        List<String> command = JavaCommand.with("-Xmx1g").jar("a.jar", "up", "--help");
        assertThat(command.subList(1, command.size())).containsExactly("-Xmx1g", "-jar", "a.jar", "up", "--help");
    }

    static final class Said {
        public static void main(String[] arguments) {
            System.out.print(System.getProperty("word") + ", " + String.join(", ", arguments));
        }
    }
}
