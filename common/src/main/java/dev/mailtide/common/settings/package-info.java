/** Settings read once at start, with every problem reported together. */
@NullMarked
package dev.mailtide.common.settings;

import org.jspecify.annotations.NullMarked;
