package dev.mailtide.common.settings;

import java.util.List;

/** The settings cannot be used; holds every problem that was found, one line each. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** All that is wrong, in the order it was found. */
    public SettingsException(List<String> problems) {
        super(problems.size() + " problem(s) in the settings: " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line for each problem: the key, what was expected, what was found. */
    public List<String> problems() {
        return problems;
    }
}
