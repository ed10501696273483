package dev.mailtide.testkit.fault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a Java process that a test starts: the Java that this test runs on, with these options.
 *
 * @param jvmOptions before what is run
 */
public record JavaCommand(List<String> jvmOptions) {

    /** Of these options. */
    public JavaCommand {
        jvmOptions = List.copyOf(jvmOptions);
    }

    /** With these options and no others. */
    public static JavaCommand with(String... jvmOptions) {
        return new JavaCommand(List.of(jvmOptions));
    }

    /** With these options, as quick to start and with as few threads as can be: for a process that does not live long. */
    public static JavaCommand small(String... jvmOptions) {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        return new JavaCommand(options);
    }

    /** A class of this test's own class path. */
    public List<String> main(Class<?> main, String... arguments) {
        // Surefire may hand the class path over in a jar that holds nothing but a manifest.
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return main(classes, main.getName(), arguments);
    }

    /** A class of another class path. */
    public List<String> main(String classPath, String main, String... arguments) {
        return command(List.of("-cp", classPath, main), arguments);
    }

    /** An executable jar. */
    public List<String> jar(String jar, String... arguments) {
        return command(List.of("-jar", jar), arguments);
    }

    private List<String> command(List<String> what, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(what);
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }
}
