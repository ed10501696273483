/** The read model: what happened, event by event, and whom not to write to any more; read from the events topic, kept on disk. */
@NullMarked
package dev.mailtide.processor.readmodel;

import org.jspecify.annotations.NullMarked;
