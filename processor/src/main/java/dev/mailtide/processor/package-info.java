/** The processor, running: settings and the object graph. */
@NullMarked
package dev.mailtide.processor;

import org.jspecify.annotations.NullMarked;
