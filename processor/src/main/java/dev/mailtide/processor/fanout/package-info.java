/** From the events topic to one topic per sender domain, in an application of its own. */
@NullMarked
package dev.mailtide.processor.fanout;

import org.jspecify.annotations.NullMarked;
