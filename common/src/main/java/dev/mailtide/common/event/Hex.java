package dev.mailtide.common.event;

/** Lower-case hex digits. A loop, since a pattern costs several times as much and every event has two of them. */
final class Hex {

    private Hex() {}

    /** Whether the text is so many bytes in lower-case hex digits, and nothing else. */
    static boolean is(String text, int bytes) {
        if (text.length() != 2 * bytes) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }
}
