package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.Answers;
import java.util.List;
import java.util.function.Function;

/**
 * A question to which every instance has a part of the answer.
 *
 * @param store of which each holds a part
 * @param pathAndQuery asks another instance for its part
 * @param from the part that is held here
 * @param together makes one answer of the parts
 */
record ListQuestion(String store, String pathAndQuery, Function<Answers, Answer> from, Together together) {

    /** Makes one answer of the parts. */
    @FunctionalInterface
    interface Together {
        /**
         * Of one part or more.
         *
         * @param partitions over how many the whole is spread
         */
        ObjectNode of(List<ObjectNode> parts, int partitions);
    }
}
