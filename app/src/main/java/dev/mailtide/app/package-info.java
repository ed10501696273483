/** The command line: a role each, the composition of services, and what a process says when it ends. */
@NullMarked
package dev.mailtide.app;

import org.jspecify.annotations.NullMarked;
