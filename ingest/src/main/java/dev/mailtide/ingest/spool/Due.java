package dev.mailtide.ingest.spool;

/** An entry that is to be sent, and the place under which its end is to be reported. */
public record Due(FrameRef ref, SpoolEntry entry) {}
