package dev.mailtide.processor.api;

import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.aggregate.StateKey;
import java.util.function.Function;

/**
 * A question that one instance can answer whole: the one that holds its key.
 *
 * @param key decides which one that is
 * @param from answers it from what is held here, or from copies
 * @param nothing what to say to a person when nothing has been heard of it
 */
record Question(StateKey key, Function<Answers, Answer> from, String nothing) {}
