package dev.mailtide.common.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExitCodeTest {

    @Test
    void the_numbers_that_scripts_rely_on_are_these() {
        assertThat(ExitCode.values())
                .extracting(code -> code + " " + code.code())
                .containsExactly("DONE 0", "FAILED 1", "SETTINGS 2", "RESOURCE 3");
    }
}
