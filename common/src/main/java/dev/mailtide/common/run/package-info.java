/** What keeps a process honest while it runs and stops: health, meters, ordered shutdown, exit codes. */
@NullMarked
package dev.mailtide.common.run;

import org.jspecify.annotations.NullMarked;
