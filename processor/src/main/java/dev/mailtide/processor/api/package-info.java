/** The query API: what the state says, and how fresh it is. */
@NullMarked
package dev.mailtide.processor.api;

import org.jspecify.annotations.NullMarked;
