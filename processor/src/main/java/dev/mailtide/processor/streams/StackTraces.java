package dev.mailtide.processor.streams;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the threads of an application stand: names of classes and methods, and no value of anything. */
final class StackTraces {

    private static final Logger LOG = LoggerFactory.getLogger(StackTraces.class);

    private static final int THREADS_MAX = 100;
    private static final int FRAMES_MAX = 40;

    private StackTraces() {}

    /** One line at ERROR for each thread whose name begins so. */
    static void log(String application) {
        Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith(application))
                .limit(THREADS_MAX)
                .map(StackTraces::text)
                .sorted()
                .forEach(text -> LOG.error("{}", text));
    }

    private static String text(Map.Entry<Thread, StackTraceElement[]> entry) {
        return entry.getKey().getName() + " is " + entry.getKey().getState() + " in "
                + Arrays.stream(entry.getValue())
                        .limit(FRAMES_MAX)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .collect(Collectors.joining(" < "));
    }
}
