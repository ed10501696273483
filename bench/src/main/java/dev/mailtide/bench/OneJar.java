package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The jar that this process runs from, to start others from it.
 *
 * @param file its absolute path
 */
record OneJar(Path file) {

    /** What newer JVMs want to be told, with the values of the launcher. */
    private static final List<String> PASSED_ON = List.of("--enable-native-access", "--sun-misc-unsafe-memory-access");

    /** @throws ResourceException if this process was not started with {@code java -jar} */
    static OneJar running() {
        String classPath = System.getProperty("java.class.path", "");
        if (classPath.contains(File.pathSeparator) || !Files.isRegularFile(Path.of(classPath))) {
            throw new ResourceException("bench starts other processes from mailtide.jar; run it with ./mailtide bench");
        }
        return new OneJar(Path.of(classPath).toAbsolutePath());
    }

    /** The command line of a role, as an operator starts it. */
    List<String> role(List<String> jvmOptions, List<String> arguments) {
        return command(jvmOptions, List.of("-jar", file.toString()), arguments);
    }

    /** The command line of another class of the jar. */
    List<String> main(Class<?> main, List<String> jvmOptions, List<String> arguments) {
        return command(jvmOptions, List.of("-cp", file.toString(), main.getName()), arguments);
    }

    private static List<String> command(List<String> jvmOptions, List<String> what, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> PASSED_ON.stream().anyMatch(option::startsWith))
                .forEach(command::add);
        command.addAll(jvmOptions);
        command.addAll(what);
        command.addAll(arguments);
        return command;
    }
}
