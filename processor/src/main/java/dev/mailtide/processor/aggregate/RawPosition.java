package dev.mailtide.processor.aggregate;

/** Where the body of an event stands in the raw topic. */
record RawPosition(int partition, long offset) {}
