package dev.mailtide.common.topic;

import java.util.List;

/** Topics stand there with another shape than the settings ask for; going on would put keys into wrong partitions. */
public final class TopicMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> differences;

    TopicMismatch(List<String> differences) {
        super(String.join("; ", differences));
        this.differences = List.copyOf(differences);
    }

    /** One line for each difference, naming what was expected and what was found. */
    public List<String> differences() {
        return differences;
    }
}
