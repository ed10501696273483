package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.aggregate.StateKey;
import java.util.function.Function;

/**
 * A question that one instance can answer whole: the one that holds its key.
 *
 * @param domain the one that is answered for
 * @param key decides which instance that is
 * @param pathAndQuery asks another instance the same, with everything that this one has decided in it
 * @param from answers it from what is held here, or from copies
 * @param nothing what to say to a person when nothing has been heard of it
 */
record Question(
        SenderDomain domain, StateKey key, String pathAndQuery, Function<Answers, Answer> from, String nothing) {}
