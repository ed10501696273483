package dev.mailtide.common.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether a service can do its work right now, as a list of what is wrong. Safe for use by several threads. */
public final class Health {

    private final Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();
    private volatile boolean stopping;

    /** Adds something that must be so. The check answers with what is wrong, or nothing; it must not wait. */
    public synchronized void require(String name, Supplier<Optional<String>> check) {
        checks.put(name, check);
    }

    /** From now on not ready: nobody shall send us anything more. */
    public void stopping() {
        stopping = true;
    }

    /** What is wrong, one line each; empty when ready. */
    public synchronized List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (stopping) {
            problems.add("stopping");
        }
        checks.forEach((name, check) -> check.get().ifPresent(wrong -> problems.add(name + ": " + wrong)));
        return problems;
    }
}
