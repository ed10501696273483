package dev.mailtide.ingest.access;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices headers that look like a signature and that nobody checks, by name: on the day a provider starts to sign, an
 * operator shall see it. Values are never looked at.
 */
final class SignatureHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(SignatureHeaders.class);

    private static final String WORD = "signature";

    private static final int NAMES_MAX = 20;
    private static final int NAME_CHARS_MAX = 64;

    private final Map<String, Set<String>> namesBySource = new ConcurrentHashMap<>();

    /**
     * Whether one of the headers looks like a signature. Each name is logged once for each source, up to a limit.
     *
     * @param known the one header that is checked, in lower case; empty if there is none
     */
    boolean notice(String source, Iterable<String> headers, String known) {
        boolean any = false;
        for (String header : headers) {
            if (looksLikeSignature(header) && !header.equalsIgnoreCase(known)) {
                any = true;
                logOnce(source, cleaned(header));
            }
        }
        return any;
    }

    /**
     * Whether the word stands in it between hyphens: {@code x-acme-signature}, and also {@code x-hub-signature-256} and RFC
     * 9421's {@code signature-input}. Asked of every header of every post, so it makes no new text.
     */
    private static boolean looksLikeSignature(String header) {
        for (int start = 0; start + WORD.length() <= header.length(); start++) {
            if (header.regionMatches(true, start, WORD, 0, WORD.length())
                    && isBoundary(header, start - 1)
                    && isBoundary(header, start + WORD.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBoundary(String header, int at) {
        return at < 0 || at == header.length() || header.charAt(at) == '-';
    }

    private void logOnce(String source, String header) {
        Set<String> names = namesBySource.computeIfAbsent(source, unused -> ConcurrentHashMap.newKeySet());
        if (names.size() < NAMES_MAX && names.add(header)) {
            LOG.warn(
                    "posts of source {} carry the header {}, which nobody checks; has the provider begun to sign?",
                    source,
                    header);
        }
    }

    private static String cleaned(String header) {
        String clean = header.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "");
        return clean.substring(0, Math.min(clean.length(), NAME_CHARS_MAX));
    }
}
