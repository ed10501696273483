package dev.mailtide.app;

import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * The secrets that {@code up} makes the first time and keeps: the webhook's, the API token, the identity key. One file
 * each, readable by the owner alone.
 */
record UpSecrets(String webhookSecret, String apiToken, String identityKey) {

    private static final int WEBHOOK_SECRET_BYTES = 24;
    private static final int IDENTITY_KEY_BYTES = 32;

    static UpSecrets in(Path data) {
        SecureRandom random = new SecureRandom();
        Path folder = data.resolve("secrets");
        try {
            OwnerOnly.createFolders(folder);
            return new UpSecrets(
                    kept(
                            folder.resolve("webhook-secret"),
                            () -> Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(bytes(random, WEBHOOK_SECRET_BYTES))),
                    kept(
                            folder.resolve("api-token"),
                            () -> BearerToken.generate(random).reveal()),
                    kept(
                            folder.resolve("identity-key"),
                            () -> HexFormat.of().formatHex(bytes(random, IDENTITY_KEY_BYTES))));
        } catch (IOException e) {
            throw new ResourceException(
                    "cannot keep secrets in " + folder + " (" + e.getClass().getSimpleName()
                            + "); choose a folder that can be written with --data DIR",
                    e);
        }
    }

    private static String kept(Path file, Supplier<String> made) throws IOException {
        if (Files.notExists(file)) {
            OwnerOnly.write(file, made.get() + "\n");
        }
        return Files.readString(file).strip();
    }

    private static byte[] bytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
