/** What ingest tells others about each source, once a second at most. */
@NullMarked
package dev.mailtide.ingest.status;

import org.jspecify.annotations.NullMarked;
