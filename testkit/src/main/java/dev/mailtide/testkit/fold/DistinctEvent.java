package dev.mailtide.testkit.fold;

/**
 * One event as it is counted, named by the first raw record that brought it.
 *
 * <p>The message key is {@code domain/messageId}, the recipient is empty where the event has none, and the kind is the
 * name of its counter, {@code bouncedSoft} for one.
 */
public record DistinctEvent(
        String domain, String messageKey, String recipient, String fingerprintHex, String kind, String receiptId) {}
