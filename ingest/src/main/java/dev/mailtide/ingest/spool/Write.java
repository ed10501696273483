package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolRefusedException.Reason;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An entry on its way to the disk.
 *
 * @param frame its bytes, without the marker
 * @param firstSend if it is in doubt
 * @param answer to be completed when it is durable or refused
 */
record Write(
        ByteBuffer frame,
        Optional<Instant> receivedAt,
        Optional<CompletableFuture<Boolean>> firstSend,
        CompletableFuture<FrameRef> answer) {

    int bytes() {
        return frame.limit();
    }

    void refuse(Reason reason, String why) {
        answer.completeExceptionally(new SpoolRefusedException(reason, why));
    }
}
