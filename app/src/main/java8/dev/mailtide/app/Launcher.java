package dev.mailtide.app;

import java.lang.reflect.InvocationTargetException;

/**
 * The entry point, compiled for Java 8, so that an older JVM gets a line that a person can read instead of a class
 * version error.
 */
public final class Launcher {

    private static final int NEEDED = 17;
    private static final int EXIT_RESOURCE = 3;

    private Launcher() {}

    public static void main(String[] arguments) throws Throwable {
        String complaint = complaint(System.getProperty("java.specification.version", "0"));
        if (!complaint.isEmpty()) {
            System.err.println(complaint);
            System.exit(EXIT_RESOURCE);
        }
        try {
            // By name: Main's classes cannot be read by the JVMs that this class is for.
            Class.forName("dev.mailtide.app.Main").getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What is wrong with a JVM of this version; an empty text if nothing is. */
    static String complaint(String version) {
        return majorOf(version) >= NEEDED
                ? ""
                : "mailtide: this is Java " + version + "; Java " + NEEDED
                        + " or newer is needed. Set JAVA_HOME to one.";
    }

    private static int majorOf(String version) {
        String[] parts = version.split("\\.");
        try {
            int first = Integer.parseInt(parts[0]);
            return first == 1 && parts.length > 1 ? Integer.parseInt(parts[1]) : first;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
