package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.api.Rows.Ended;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers lists about people of which each instance has a part. As JSON, and wherever a limit is asked for, it is one page. As
 * CSV and NDJSON without a limit it is a download: the whole list, of which one page at a time is in memory. A page that
 * cannot be had, or is partial where the first one was not, breaks it off: what its headers say holds to its end. So does a
 * token that is revoked meanwhile.
 */
final class PagedAnswers implements AutoCloseable {

    /** Each download has a thread of HTTP for as long as its reader reads. */
    private static final int DOWNLOADS_MAX = 4;

    /** Rows that are in memory at a time. */
    private static final int DOWNLOAD_PAGE = 250;

    private static final int PAGES_MAX = 16;
    private static final int TRIES_MAX = 3;
    private static final String NEXT = "nextCursor";
    private static final String PARTIAL = "partial";

    private final Semaphore pages = new Semaphore(PAGES_MAX);
    private final Semaphore free = new Semaphore(DOWNLOADS_MAX);
    private final Counter whole;
    private final Counter brokenOff;
    private final Counter turnedAway;
    private volatile boolean isClosing;

    PagedAnswers(Meters meters) {
        this.whole = ended(meters, "whole");
        this.brokenOff = ended(meters, "broken-off");
        this.turnedAway = ended(meters, "turned-away");
        meters.gauge(
                "mailtide.processor.downloads.running",
                "Lists that are being downloaded whole",
                () -> DOWNLOADS_MAX - free.availablePermits());
    }

    private static Counter ended(Meters meters, String outcome) {
        return meters.counter(
                "mailtide.processor.downloads",
                "Whole lists that were asked for, by how that ended",
                "outcome",
                outcome);
    }

    /** Answers with this list, in the form that the request prefers. */
    void answer(Context request, PagedList list) {
        Optional<Format> format = Format.wanted(request);
        if (format.isEmpty()) {
            return;
        }
        if (format.get() == Format.JSON || list.limit().isPresent()) {
            answerPageInTurn(request, format.get(), list);
        } else if (isClosing || !free.tryAcquire()) {
            turnedAway.increment();
            NotNow.because(
                    request, "too-many-downloads", "Too many lists are being downloaded", "Ask again in a moment.");
        } else {
            try {
                download(request, format.get(), list);
            } finally {
                free.release();
            }
        }
    }

    private static void answerPage(Context request, Format format, PagedList list) {
        Optional<ObjectNode> page =
                list.pages().page(Optional.empty(), list.limit().orElse(Parameters.LIMIT_FALLBACK));
        if (page.isEmpty()) {
            NotNow.notHere(request);
            return;
        }
        int rows = page.get().path(list.form().list()).size();
        if (!Caller.of(request).notesRead(list.domain(), OptionalLong.of(rows))) {
            NotNow.notNoted(request);
            return;
        }
        list.form().answer(request, format, page.get().toString());
        request.header("Cache-Control", "private, no-store");
    }

    /** What one page takes of the heap is bounded; so is how many are made at once. */
    private void answerPageInTurn(Context request, Format format, PagedList list) {
        if (!pages.tryAcquire()) {
            NotNow.because(request, "too-many-lists", "Too many lists are being made", "Ask again in a moment.");
            return;
        }
        try {
            answerPage(request, format, list);
        } finally {
            pages.release();
        }
    }

    private void download(Context request, Format format, PagedList list) {
        Optional<ObjectNode> first = list.pages().page(Optional.empty(), DOWNLOAD_PAGE);
        if (first.isEmpty()) {
            NotNow.notHere(request);
        } else if (!Caller.of(request).notesRead(list.domain(), OptionalLong.empty())) {
            NotNow.notNoted(request);
        } else {
            Rows rows = Rows.around(first.get(), list.form().list(), list.form().columns());
            // It goes on by itself.
            rows.tail().remove(NEXT);
            AtomicLong sent = new AtomicLong();
            Ended ended = rows.stream(
                    request,
                    format,
                    sink -> giveTo(
                            row -> {
                                sent.incrementAndGet();
                                sink.row(row);
                            },
                            list,
                            first.get(),
                            Caller.of(request)));
            Caller.of(request).readEnded(list.domain(), sent.get());
            (ended == Ended.WHOLE ? whole : brokenOff).increment();
        }
    }

    private void giveTo(Rows.Sink sink, PagedList list, ObjectNode first, Caller caller) throws IOException {
        ObjectNode page = first;
        Optional<String> next = send(page, sink, list.form());
        while (next.isPresent()) {
            if (!caller.isInForce()) {
                throw new IllegalStateException("the token was revoked");
            }
            page = pageBehind(next.get(), list, first.has(PARTIAL));
            next = send(page, sink, list.form());
        }
    }

    /** Where the list goes on. What is sent is let go of: else it would stay until the next page is there. */
    private static Optional<String> send(ObjectNode page, Rows.Sink sink, Form form) throws IOException {
        for (JsonNode row : form.rows().apply(page)) {
            sink.row(row);
        }
        page.remove(form.list());
        return Optional.ofNullable(page.path(NEXT).textValue());
    }

    private ObjectNode pageBehind(String cursor, PagedList list, boolean mayBePartial) {
        for (int tries = 0; tries < TRIES_MAX && !isClosing; tries++) {
            Optional<ObjectNode> page = list.pages().page(Optional.of(cursor), DOWNLOAD_PAGE);
            if (page.filter(found -> mayBePartial || !found.has(PARTIAL)).isPresent()) {
                return page.get();
            }
        }
        throw new IllegalStateException("the next page cannot be had now");
    }

    /** Breaks off what is being downloaded: its readers ask again, another instance. */
    @Override
    public void close() {
        isClosing = true;
    }
}
