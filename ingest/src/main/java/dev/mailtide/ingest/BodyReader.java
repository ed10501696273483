package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads bodies whole, as they arrive: while a client is slow, its body holds what it has sent and no thread. Nothing is
 * decoded; the bytes are kept as they came.
 *
 * <p>A body that will not be kept, since it is too large or there is no memory for it, is read to its end all the same and
 * thrown away, up to a limit: a connection that is closed while its client still writes can lose the answer.
 *
 * <p>A body may take the grace, and a second for every so many bytes that have come, and never more than the longest wait.
 * This is looked at whenever something comes, which a client that sends one byte a second cannot avoid. For one that sends
 * nothing, the connection's idle time-out is set to the grace until the body is whole.
 */
final class BodyReader {

    /** So much of a body is read only to be thrown away. */
    private static final long DISCARDED_BYTES_MAX = 16_000_000;

    /** A body that says it is no longer gets its array at once; a longer one may never come. */
    private static final int TRUSTED_BYTES = 4_096;

    private final BodyLimits limits;
    private final AtomicLong bytesHeld = new AtomicLong();

    BodyReader(BodyLimits limits, Meters meters) {
        this.limits = limits;
        meters.gauge("mailtide.ingest.bodies.bytes", "Bytes held by bodies that are not whole yet", bytesHeld::get);
    }

    /** What became of reading. */
    sealed interface Body {

        /** It is here. The bytes are not copied; nobody may change them. */
        final class Whole implements Body {

            private final byte[] bytes;

            Whole(byte[] bytes) {
                this.bytes = bytes;
            }

            byte[] bytes() {
                return bytes;
            }
        }

        /** It is not kept. */
        record NotTaken(Refusal refusal) implements Body {}
    }

    /**
     * Reads the body of this request. The future never fails.
     *
     * @param bytesMax the limit of its source, at most that of the settings
     */
    CompletableFuture<Body> read(Request request, int bytesMax) {
        if (isTooLargeToRead(request, bytesMax)) {
            return CompletableFuture.completedFuture(new Body.NotTaken(Refusal.BODY_TOO_LARGE));
        }
        Reading reading = new Reading(request, bytesMax);
        reading.run();
        return reading.body;
    }

    /**
     * Whether to refuse before a byte of the body is read: when the client waits for 100 Continue, or would send very much.
     */
    private static boolean isTooLargeToRead(Request request, int bytesMax) {
        long declared = request.getLength();
        return declared > bytesMax
                && (declared > DISCARDED_BYTES_MAX
                        || "100-continue".equalsIgnoreCase(request.getHeaders().get(HttpHeader.EXPECT)));
    }

    /** One body on its way. Jetty runs it again whenever something has come, one at a time. */
    private final class Reading implements Invocable.Task {

        private final CompletableFuture<Body> body = new CompletableFuture<>();
        private final Request request;
        private final int bytesMax;
        private final long startNanos = System.nanoTime();
        private byte[] bytes = {};
        private int length;
        private long received;
        private Refusal refusal = Refusal.BODY_INCOMPLETE;
        private boolean discarding;
        private long idleMillisBefore = -1;

        Reading(Request request, int bytesMax) {
            this.request = request;
            this.bytesMax = bytesMax;
            if (request.getLength() > bytesMax) {
                discard(Refusal.BODY_TOO_LARGE);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    waitForMore();
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    boolean silent = chunk.getFailure() instanceof TimeoutException;
                    end(new Body.NotTaken(silent ? Refusal.BODY_TOO_SLOW : Refusal.BODY_INCOMPLETE));
                    return;
                }
                take(chunk.getByteBuffer());
                chunk.release();
                if (chunk.isLast()) {
                    end(discarding ? new Body.NotTaken(refusal) : new Body.Whole(exactly()));
                    return;
                }
                if (received > DISCARDED_BYTES_MAX) {
                    end(new Body.NotTaken(refusal));
                    return;
                }
            }
        }

        private void waitForMore() {
            if (System.nanoTime() - startNanos > nanosAllowed()) {
                end(new Body.NotTaken(Refusal.BODY_TOO_SLOW));
                return;
            }
            if (idleMillisBefore < 0) {
                EndPoint connection =
                        request.getConnectionMetaData().getConnection().getEndPoint();
                idleMillisBefore = connection.getIdleTimeout();
                connection.setIdleTimeout(limits.grace().toMillis());
            }
            request.demand(this);
        }

        private long nanosAllowed() {
            Duration earned = limits.grace().plusSeconds(received / limits.bytesPerSecondMin());
            return Math.min(earned.toNanos(), limits.longest().toNanos());
        }

        private void take(ByteBuffer fresh) {
            int more = fresh.remaining();
            received += more;
            if (!discarding && received > bytesMax) {
                discard(Refusal.BODY_TOO_LARGE);
            }
            if (!discarding && length + more > bytes.length && !grow(length + more)) {
                discard(Refusal.TOO_MANY_BODIES);
            }
            if (!discarding) {
                fresh.get(bytes, length, more);
                length += more;
            }
        }

        /** Makes room for so many bytes, if the memory for all bodies suffices. Both arrays count while one is copied. */
        private boolean grow(int needed) {
            long declared = request.getLength();
            int most = declared < 0 ? bytesMax : (int) Math.min(declared, bytesMax);
            int wanted = declared >= 0 && declared <= TRUSTED_BYTES ? most : Math.max(needed, 2 * bytes.length);
            int capacity = Math.max(needed, Math.min(wanted, most));
            if (bytesHeld.addAndGet(capacity) > limits.bytesMaxOfAll()) {
                bytesHeld.addAndGet(-capacity);
                return false;
            }
            byte[] before = bytes;
            bytes = Arrays.copyOf(before, capacity);
            bytesHeld.addAndGet(-before.length);
            return true;
        }

        private void discard(Refusal why) {
            discarding = true;
            refusal = why;
            bytesHeld.addAndGet(-bytes.length);
            bytes = new byte[0];
        }

        private byte[] exactly() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }

        private void end(Body outcome) {
            bytesHeld.addAndGet(-bytes.length);
            bytes = new byte[0];
            if (idleMillisBefore >= 0) {
                request.getConnectionMetaData().getConnection().getEndPoint().setIdleTimeout(idleMillisBefore);
            }
            body.complete(outcome);
        }
    }
}
