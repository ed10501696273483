package dev.mailtide.common.event;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/**
 * A domain as it stands in keys and topic names: A-labels, lower case, no trailing dot, a valid host name (RFC 1123 2.1)
 * of at most 253 characters. Two spellings of one domain are equal.
 *
 * @param name for example {@code clinic.example}
 */
public record SenderDomain(String name) implements Comparable<SenderDomain> {

    private static final int NAME_CHARS_MAX = 253;

    private static final int LABEL_CHARS_MAX = 63;

    /** @throws IllegalArgumentException if the name is not normalised as described above */
    public SenderDomain {
        if (!isHostName(name)) {
            throw new IllegalArgumentException("not a host name in lower-case A-label form");
        }
    }

    /** The domain in any spelling (Unicode, upper case, a trailing dot), or nothing if it is no host name. */
    public static Optional<SenderDomain> of(String anySpelling) {
        String name = anySpelling.endsWith(".") ? anySpelling.substring(0, anySpelling.length() - 1) : anySpelling;
        if (name.length() > NAME_CHARS_MAX) {
            return Optional.empty();
        }
        if (isHostName(name)) {
            return Optional.of(new SenderDomain(name));
        }
        try {
            String ascii = IDN.toASCII(name).toLowerCase(Locale.ROOT);
            return isHostName(ascii) ? Optional.of(new SenderDomain(ascii)) : Optional.empty();
        } catch (IllegalArgumentException notEncodable) {
            return Optional.empty();
        }
    }

    /** Labels of letters, digits and inner hyphens. Loops, since patterns cost several times as much for every address. */
    private static boolean isHostName(String name) {
        if (name.length() > NAME_CHARS_MAX) {
            return false;
        }
        int start = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
            if (!isLabel(name, start, dot)) {
                return false;
            }
            start = dot + 1;
        }
        // An address with a last label of digits alone is an IP address or a mistake, never a mail domain.
        return isLabel(name, start, name.length()) && !isNumber(name, start);
    }

    private static boolean isLabel(String name, int start, int end) {
        if (start == end || end - start > LABEL_CHARS_MAX || name.charAt(start) == '-' || name.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char each = name.charAt(i);
            if (!isDigit(each) && (each < 'a' || each > 'z') && each != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(String name, int start) {
        for (int i = start; i < name.length(); i++) {
            if (!isDigit(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }

    @Override
    public int compareTo(SenderDomain other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
