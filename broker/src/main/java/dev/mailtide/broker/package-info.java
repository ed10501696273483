/** One Kafka broker in this JVM: the only place that touches Kafka's internal server API. */
@NullMarked
package dev.mailtide.broker;

import org.jspecify.annotations.NullMarked;
