/** Time that a test moves. */
@NullMarked
package dev.mailtide.testkit.time;

import org.jspecify.annotations.NullMarked;
