/** The oracle of the tests: a plain fold over the raw topic, which shares no class with what it judges. */
@NullMarked
package dev.mailtide.testkit.fold;

import org.jspecify.annotations.NullMarked;
