package dev.mailtide.processor.api;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Sends answers that are whole in memory: with a strong ETag over what is sent, 304 to who has it already, and gzip for who
 * takes it.
 */
final class Answered {

    /** Fewer bytes are not worth compressing. */
    private static final int GZIP_FROM_BYTES = 1_000;

    private static final int ETAG_BYTES = 16;

    private Answered() {}

    /** Answers 200 with these bytes, or 304. */
    static void bytes(Context request, String contentType, byte[] body) {
        send(request, contentType, body, "private, no-cache");
    }

    /** The same with something that is the same for everybody, and needs no token. */
    static void open(Context request, String contentType, byte[] body) {
        send(request, contentType, body, "no-cache");
    }

    private static void send(Context request, String contentType, byte[] body, String cacheControl) {
        boolean isZipped = body.length >= GZIP_FROM_BYTES && takesGzip(request);
        heads(request, cacheControl);
        // A tag names what a URL gives, and a search does not stand in its URL.
        if (!request.req().getMethod().equals("POST")) {
            String etag = etag(body, isZipped);
            request.header("ETag", etag);
            if (isKnown(request, etag)) {
                request.status(304);
                return;
            }
        }
        request.status(200).contentType(contentType);
        if (isZipped) {
            request.header("Content-Encoding", "gzip");
        }
        request.result(isZipped ? zipped(body) : body);
    }

    /** What every answer says to those who keep answers on the way. */
    static void heads(Context request, String cacheControl) {
        request.header("Cache-Control", cacheControl);
        request.header("Vary", "Accept, Accept-Encoding, Authorization, Cookie");
    }

    /** Over what is sent: two codings of one answer have two tags. */
    private static String etag(byte[] body, boolean isZipped) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, ETAG_BYTES));
            return '"' + text + (isZipped ? "-gzip" : "") + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** RFC 9110 13.1.2: compared without regard to weakness. */
    private static boolean isKnown(Context request, String etag) {
        String known = request.header("If-None-Match");
        if (known == null) {
            return false;
        }
        for (String each : known.split(",", -1)) {
            String tag = each.strip();
            if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 9110 12.5.3, as far as gzip goes. */
    static boolean takesGzip(Context request) {
        String accept = request.header("Accept-Encoding");
        if (accept == null) {
            return false;
        }
        double named = -1;
        double any = 0;
        for (String coding : accept.split(",", -1)) {
            String[] parts = coding.split(";", -1);
            String name = parts[0].strip().toLowerCase(Locale.ROOT);
            if (name.equals("gzip") || name.equals("x-gzip")) {
                named = Math.max(named, Format.quality(parts));
            } else if (name.equals("*")) {
                any = Format.quality(parts);
            }
        }
        return named >= 0 ? named > 0 : any > 0;
    }

    private static byte[] zipped(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
