package dev.mailtide.common.run;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that only their owner may read: secrets, bodies, state. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /**
     * Makes the folder and the missing ones above it, all with mode 0700. What is there already keeps its mode.
     *
     * @throws IOException if one cannot be made
     */
    public static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, mode("rwx------"));
    }

    /**
     * Writes the file, mode 0600 from the start, whole or not at all: to a file beside it, then renamed.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, String content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path fresh =
                Files.createTempFile(folder == null ? file.toAbsolutePath() : folder, ".new-", "", mode("rw-------"));
        Files.writeString(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] mode(String permissions) {
        boolean hasModes =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
