package dev.mailtide.processor.readmodel;

import java.util.List;

/**
 * Up to where somebody has seen the live stream: the next offset of each partition of the events topic.
 *
 * @param next by the number of the partition
 */
public record LiveCursor(List<Long> next) {

    /** Copies the offsets. */
    public LiveCursor {
        next = List.copyOf(next);
    }
}
