/** A Kafka for tests, and what tests ask of it. */
@NullMarked
package dev.mailtide.testkit.kafka;

import org.jspecify.annotations.NullMarked;
