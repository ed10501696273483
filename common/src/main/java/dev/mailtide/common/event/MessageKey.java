package dev.mailtide.common.event;

/**
 * The key under which everything about one message meets: the sender domain and the message id. As text
 * {@code <domain>/<message id>}; a domain has no slash, so the first one divides the two.
 *
 * @param domain the sender domain
 * @param messageId the message id without angle brackets, 1 to 998 characters
 */
public record MessageKey(SenderDomain domain, String messageId) {

    /** No header line may be longer (RFC 5322 2.1.1), so no message id is. */
    public static final int MESSAGE_ID_CHARS_MAX = 998;

    /** @throws IllegalArgumentException if the message id is empty or too long */
    public MessageKey {
        if (messageId.isEmpty() || messageId.length() > MESSAGE_ID_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a message id has 1 to " + MESSAGE_ID_CHARS_MAX + " characters, not " + messageId.length());
        }
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static MessageKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a message key is <domain>/<message id>");
        }
        return new MessageKey(new SenderDomain(text.substring(0, slash)), text.substring(slash + 1));
    }

    /** A message id as it stands in a key: without the angle brackets that it has in a header, and white space around them. */
    public static String bareId(String id) {
        String text = id.strip();
        boolean enclosed = text.length() >= 2 && text.startsWith("<") && text.endsWith(">");
        return enclosed ? text.substring(1, text.length() - 1).strip() : text;
    }

    /** The text form: the Kafka key of events. */
    public String text() {
        return domain.name() + "/" + messageId;
    }
}
