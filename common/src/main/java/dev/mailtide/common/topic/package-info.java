/** Topics: name, serdes and shape together, and the one place that creates them. */
@NullMarked
package dev.mailtide.common.topic;

import org.jspecify.annotations.NullMarked;
