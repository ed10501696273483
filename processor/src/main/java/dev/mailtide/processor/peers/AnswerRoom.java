package dev.mailtide.processor.peers;

import java.util.concurrent.Semaphore;

/** How many bytes of answers may be heard at once, in all. Each answer takes its share as it comes. */
final class AnswerRoom {

    private final Semaphore free;

    AnswerRoom(int bytesMax) {
        this.free = new Semaphore(bytesMax);
    }

    /** For one answer, of which nothing has come. */
    Share share() {
        return new Share();
    }

    /** What one answer takes, until it is given back: once, and for good, since bytes can come after the end. */
    final class Share {

        private int taken;
        private boolean isOver;

        /** Takes room for so many bytes more, if there is any. */
        synchronized boolean take(int bytes) {
            if (isOver || !free.tryAcquire(bytes)) {
                return false;
            }
            taken += bytes;
            return true;
        }

        synchronized void giveBack() {
            free.release(taken);
            taken = 0;
            isOver = true;
        }
    }
}
