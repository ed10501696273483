/** Bodies on the own disk, for as long as Kafka does not take them. Knows neither Kafka nor HTTP. */
@NullMarked
package dev.mailtide.ingest.spool;

import org.jspecify.annotations.NullMarked;
