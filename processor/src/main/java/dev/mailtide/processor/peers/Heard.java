package dev.mailtide.processor.peers;

import java.util.Optional;

/**
 * What was heard of another instance.
 *
 * @param reply what it decided; only with {@link Outcome#ACTIVE} and {@link Outcome#STANDBY}
 */
record Heard(Outcome outcome, Optional<Reply> reply) {

    static Heard failed(Outcome outcome) {
        return new Heard(outcome, Optional.empty());
    }

    static Heard decided(Reply reply) {
        return new Heard(reply.from() == Reply.Holder.ACTIVE ? Outcome.ACTIVE : Outcome.STANDBY, Optional.of(reply));
    }
}
