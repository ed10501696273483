/** What both Kafka Streams applications need to run: settings, supervision, progress. */
@NullMarked
package dev.mailtide.processor.streams;

import org.jspecify.annotations.NullMarked;
