/** Who may ask the query API what, and who has read what of people. */
@NullMarked
package dev.mailtide.processor.tokens;

import org.jspecify.annotations.NullMarked;
