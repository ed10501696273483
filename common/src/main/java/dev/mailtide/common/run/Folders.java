package dev.mailtide.common.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the language has no call for. */
public final class Folders {

    private Folders() {}

    /**
     * Deletes the folder with all that is in it, the innermost first; nothing if it is not there. What goes away by itself
     * meanwhile is no failure; what is made meanwhile may be one.
     *
     * @throws IOException if something cannot be deleted
     */
    public static void delete(Path folder) throws IOException {
        for (Path path : innermostFirst(folder)) {
            Files.deleteIfExists(path);
        }
    }

    private static List<Path> innermostFirst(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return innermostFirst(folder);
            }
            throw e.getCause();
        }
    }
}
