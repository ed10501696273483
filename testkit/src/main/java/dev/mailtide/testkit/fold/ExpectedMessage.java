package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * What must be known of one message to one recipient, in its latest life.
 *
 * @param answer recipient, status, first times and events by time, as the API has them; without what only the product
 *     can know: recipient key, and places in the raw topic
 * @param lastHeardOf append time of the last record about it
 */
public record ExpectedMessage(ObjectNode answer, Instant lastHeardOf) {}
