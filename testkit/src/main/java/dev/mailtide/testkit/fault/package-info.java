/** What tests of faults need: a broker to be hung and killed, and a sender who remembers what was answered. */
@NullMarked
package dev.mailtide.testkit.fault;

import org.jspecify.annotations.NullMarked;
