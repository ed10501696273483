/** What each number means, and from where on a rate is bad: one source for answers, descriptions and people. */
@NullMarked
package dev.mailtide.processor.definitions;

import org.jspecify.annotations.NullMarked;
