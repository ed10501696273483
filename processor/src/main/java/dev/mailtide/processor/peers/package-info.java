/** Questions from one instance to another: what this one does not hold, it asks the one that does, once. */
@NullMarked
package dev.mailtide.processor.peers;

import org.jspecify.annotations.NullMarked;
