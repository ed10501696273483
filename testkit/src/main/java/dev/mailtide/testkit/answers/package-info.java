/** Asks the query API everything, and holds every answer against the reference fold. Knows the API as its description does. */
@NullMarked
package dev.mailtide.testkit.answers;

import org.jspecify.annotations.NullMarked;
