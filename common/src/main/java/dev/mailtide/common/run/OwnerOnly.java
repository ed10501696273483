package dev.mailtide.common.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (folder != null && hasModes()) {
            // The name of the file must outlive a loss of power, too.
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /**
     * Whose the folder is, or the nearest one above it that is there, and who asks: what a person must know when a folder
     * cannot be used, most often that a container and its volume do not agree.
     */
    public static String ownership(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        while (Files.notExists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            // On Linux this folder is the process's own.
            return there + " belongs to uid " + Files.getAttribute(there, "unix:uid") + ", and this process has uid "
                    + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            return there + " is not this process's to use";
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return hasModes()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasModes() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
