/** The exactly-once application: duplicates, message state, distinct events, domain totals, dead letters. */
@NullMarked
package dev.mailtide.processor.aggregate;

import org.jspecify.annotations.NullMarked;
