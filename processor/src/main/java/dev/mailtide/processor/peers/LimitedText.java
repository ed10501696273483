package dev.mailtide.processor.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads a body as UTF-8, up to a limit, and as long as there is room for it; a longer one is cut off, and fails. */
final class LimitedText implements BodySubscriber<String> {

    private final int bytesMax;
    private final AnswerRoom.Share share;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private Optional<Flow.Subscription> subscription = Optional.empty();

    LimitedText(int bytesMax, AnswerRoom.Share share) {
        this.bytesMax = bytesMax;
        this.share = share;
    }

    /** There was more than that. */
    static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /** Others take all the room that there is. */
    static final class NoRoomException extends IOException {

        private static final long serialVersionUID = 1L;
    }

    @Override
    public CompletionStage<String> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription now) {
        subscription = Optional.of(now);
        now.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (bytes.size() + buffer.remaining() > bytesMax) {
                cutOff(new TooLargeException());
                return;
            }
            if (!share.take(buffer.remaining())) {
                cutOff(new NoRoomException());
                return;
            }
            byte[] some = new byte[buffer.remaining()];
            buffer.get(some);
            bytes.writeBytes(some);
        }
        subscription.ifPresent(now -> now.request(1));
    }

    private void cutOff(IOException why) {
        subscription.ifPresent(Flow.Subscription::cancel);
        whole.completeExceptionally(why);
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(bytes.toString(StandardCharsets.UTF_8));
    }
}
