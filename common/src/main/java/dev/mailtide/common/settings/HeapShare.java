package dev.mailtide.common.settings;

import java.util.Optional;

/**
 * How many bytes a buffer in memory may hold where nobody says: an eighth of the heap, so that several of them and all the
 * rest have room beside each other, but at most 64 MiB, and at least what the largest body needs.
 */
public final class HeapShare {

    private static final String AUTO = "auto";

    private static final int SHARES = 8;
    private static final long BYTES_MOST = 64L * 1024 * 1024;

    /** The largest body that a setting allows has 5,000,000 bytes. */
    private static final long BYTES_LEAST = 6_000_000;

    private static final long BYTES_SETTING_MOST = 1024L * 1024 * 1024;

    private HeapShare() {}

    /** The limit of a buffer, up to 1 GiB; {@code auto} stands for the share of this process's heap. */
    public static Setting<Long> setting(String key, String meaning) {
        Setting<Long> number = Setting.bytes(key, BYTES_LEAST, BYTES_LEAST, BYTES_SETTING_MOST, meaning);
        return Setting.plain(
                key,
                AUTO,
                AUTO + ", or " + number.expected(),
                meaning + " `" + AUTO + "`: an eighth of the heap, at most 64 MiB.",
                text -> text.equals(AUTO)
                        ? Optional.of(ofThisHeap())
                        : number.parser().parse(text));
    }

    /** The share of this process's heap. */
    public static long ofThisHeap() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** The share of a heap with so many bytes. */
    public static long of(long heapBytes) {
        return Math.max(BYTES_LEAST, Math.min(BYTES_MOST, heapBytes / SHARES));
    }
}
