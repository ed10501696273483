/**
 * Bodies that gave no event: what is written about them, and how they are read, listed and sent again; and how any body is
 * read at its place in the raw topic.
 */
@NullMarked
package dev.mailtide.processor.deadletter;

import org.jspecify.annotations.NullMarked;
