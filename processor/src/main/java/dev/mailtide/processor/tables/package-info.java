/** Compacted topics, read whole into memory and followed. */
@NullMarked
package dev.mailtide.processor.tables;

import org.jspecify.annotations.NullMarked;
