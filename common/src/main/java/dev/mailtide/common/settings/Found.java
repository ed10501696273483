package dev.mailtide.common.settings;

/**
 * How a wrong value is told to a person.
 *
 * <p>A secret is easily pasted into the wrong line, and what is printed about it ends up in a supervisor's log or in a ticket.
 * Which setting it stands under says nothing then. So a value is told only if it cannot be one of the secrets that Mailtide
 * takes, all of which have at least 16 characters; anything longer is told by its length, with the key and what was
 * expected beside it. The value of a key that nobody knows is never told, nor that of a setting that holds a secret.
 */
public final class Found {

    private static final int CHARS_MAX = 15;

    private Found() {}

    /** A value that is not what was expected. */
    public static String value(String text) {
        return text.length() <= CHARS_MAX ? "'" + text + "'" : length(text);
    }

    /**
     * A text that should have been the path of a file: told if it is short or names a folder, too. Of the secrets that Mailtide
     * takes only a signing secret can hold a slash.
     */
    public static String path(String text) {
        boolean namesFolder = !text.startsWith("whsec_") && (text.contains("/") || text.contains("\\"));
        return text.length() <= CHARS_MAX || namesFolder ? text : length(text);
    }

    /** What can be told of any text. */
    public static String length(String text) {
        return "a text of " + text.length() + " characters";
    }
}
