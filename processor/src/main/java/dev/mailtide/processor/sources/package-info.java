/** What came in under each source's name, as ingest tells it. */
@NullMarked
package dev.mailtide.processor.sources;

import org.jspecify.annotations.NullMarked;
