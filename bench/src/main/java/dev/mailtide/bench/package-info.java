/**
 * {@code mailtide bench}: starts what it measures in processes of their own, loads it, and prints ratios that were measured
 * in the same run on the same machine.
 */
@NullMarked
package dev.mailtide.bench;

import org.jspecify.annotations.NullMarked;
