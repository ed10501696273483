package dev.mailtide.ingest.access;

import dev.mailtide.ingest.access.SecretPair.Which;
import java.util.Optional;

/** Whether a request may go on to its body. */
public sealed interface Admission {

    /** It may, as this source. What was asked of the source when it came in holds until it is answered. */
    final class Admitted implements Admission {

        private final Gate gate;
        private final Optional<Which> secret;

        Admitted(Gate gate, Optional<Which> secret) {
            this.gate = gate;
            this.secret = secret;
        }

        /** Who posts. */
        public Source source() {
            return gate.source();
        }

        Gate gate() {
            return gate;
        }

        /** The secret it showed; none if its signature has yet to say who it is. */
        Optional<Which> secret() {
            return secret;
        }
    }

    /** It may not. */
    record Denied(Denial denial) implements Admission {}
}
