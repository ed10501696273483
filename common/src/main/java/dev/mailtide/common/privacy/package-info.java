/** Which personal fields of an event each place may hold, and in which form. */
@NullMarked
package dev.mailtide.common.privacy;

import org.jspecify.annotations.NullMarked;
