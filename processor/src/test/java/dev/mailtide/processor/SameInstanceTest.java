package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that have been given one name. */
class SameInstanceTest {

    @TempDir
    Path folder;

    @Test
    void the_earlier_of_two_that_share_a_name_gives_up_and_says_why() throws Exception {
        try (TwoInstances both = new TwoInstances(folder)) {
            ProcessorService earlier = both.start("same", "data-1");
            both.awaitReady(earlier);
            ProcessorService later = both.start("same", "data-2");
            await().atMost(Duration.ofSeconds(60)).until(() -> both.gaveUp.size() >= 2);
            // Aggregation and fan-out each have found out.
            assertThat(both.gaveUp)
                    .containsExactlyInAnyOrder(
                            "data-1: another process has joined mailtide-aggregate-1 as instance 'same'; give each"
                                    + " process an instance of its own (setting instance, or MAILTIDE_INSTANCE)",
                            "data-1: another process has joined mailtide-fan-out-1 as instance 'same'; give each"
                                    + " process an instance of its own (setting instance, or MAILTIDE_INSTANCE)");
            earlier.close();
            both.awaitReady(later);
        }
    }
}
