/** Webhooks in, raw bytes on Kafka: who may post, and the promise behind a 200. Parses nothing. */
@NullMarked
package dev.mailtide.ingest;

import org.jspecify.annotations.NullMarked;
