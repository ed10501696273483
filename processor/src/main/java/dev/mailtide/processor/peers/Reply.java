package dev.mailtide.processor.peers;

/**
 * A decided answer to a question, as it goes out to whoever asked: passed on from another instance byte for byte.
 *
 * @param status 200, or 404 if nothing has been heard of it
 * @param contentType of the body
 * @param body the whole answer
 * @param from who decided it
 */
public record Reply(int status, String contentType, String body, Holder from) {

    /** Who can decide an answer. */
    public enum Holder {
        /** The instance that counts it, up to date. */
        ACTIVE,
        /** An instance that keeps a copy of it; the answer says that it is stale. */
        STANDBY;

        /** The header that tells the two apart between instances; without it, nobody has decided anything. */
        public static final String HEADER = "Mailtide-Holder";

        /** In the header and in metrics. */
        public String wireName() {
            return this == ACTIVE ? "active" : "standby";
        }
    }
}
