/** From one raw record to one normalised event, or to the reason why not. Pure: no clock, no store. */
@NullMarked
package dev.mailtide.processor.normalise;

import org.jspecify.annotations.NullMarked;
