package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateOriginTest {

    @TempDir
    Path state;

    private int deletions;

    @BeforeEach
    void makeWhatIsNoStore() throws IOException {
        Files.createDirectory(state.resolve("app"));
        Files.writeString(state.resolve("app").resolve("kafka-streams-process-metadata"), "{}");
    }

    @Test
    void stores_of_the_same_life_stay() throws IOException {
        keepOnly("one");
        makeStore();
        keepOnly("one");
        assertThat(deletions).isZero();
    }

    @Test
    void stores_of_another_life_are_deleted_once() throws IOException {
        keepOnly("one");
        makeStore();
        keepOnly("two");
        assertThat(deletions).isEqualTo(1);
        makeStore();
        keepOnly("two");
        assertThat(deletions).isEqualTo(1);
    }

    @Test
    void stores_of_which_nobody_knows_the_life_are_deleted() throws IOException {
        makeStore();
        keepOnly("one");
        assertThat(deletions).isEqualTo(1);
    }

    @Test
    void where_there_are_no_stores_nothing_is_deleted() {
        keepOnly("one");
        keepOnly("two");
        new StateOrigin(state, "another-app").keepOnly("one", this::deleteStore);
        assertThat(deletions).isZero();
    }

    @Test
    void nothing_starts_on_stores_that_cannot_be_deleted() throws IOException {
        makeStore();
        StateOrigin origin = new StateOrigin(state, "app");
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> origin.keepOnly("one", () -> deletions++))
                    .isInstanceOf(ResourceException.class)
                    .hasMessageStartingWith(
                            "cannot use the folder " + state.resolve("app") + ": stores of another life");
        }
        assertThat(deletions).isEqualTo(2);
    }

    private void keepOnly(String life) {
        new StateOrigin(state, "app").keepOnly(life, this::deleteStore);
    }

    private void makeStore() throws IOException {
        Files.createDirectory(state.resolve("app").resolve("1_0"));
    }

    private void deleteStore() {
        try {
            Files.delete(state.resolve("app").resolve("1_0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        deletions++;
    }
}
