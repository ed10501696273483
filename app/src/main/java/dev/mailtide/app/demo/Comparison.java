package dev.mailtide.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One domain: what was expected beside what was answered. */
record Comparison(String domain, Sheet expected, Optional<Sheet> answered) {
    private static final Set<String> NOTHING = Set.of("0", Sheet.NULL);

    record Difference(String path, String expected, String answered) {}

    boolean isEqual() {
        return answered.isPresent() && differences().isEmpty();
    }

    /** Every expected field that is answered otherwise, and every cell or group answered that nobody expected. */
    List<Difference> differences() {
        if (answered.isEmpty()) {
            return List.of();
        }
        Sheet answer = answered.get();
        Set<String> paths = new TreeSet<>(expected.fields().keySet());
        answer.comingAndGoing().forEach((path, text) -> addUnlessNothing(path, text, paths));
        List<Difference> differences = new ArrayList<>();
        for (String path : paths) {
            if (!expected.text(path).equals(answer.text(path))) {
                differences.add(new Difference(path, expected.text(path), answer.text(path)));
            }
        }
        return List.copyOf(differences);
    }

    private static void addUnlessNothing(String path, String text, Set<String> paths) {
        if (!NOTHING.contains(text)) {
            paths.add(path);
        }
    }
}
