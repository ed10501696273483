package dev.mailtide.common.event;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A domain as it stands in keys and topic names: A-labels, lower case, no trailing dot, a valid host name (RFC 1123 2.1)
 * of at most 253 characters. Two spellings of one domain are equal.
 *
 * @param name for example {@code clinic.example}
 */
public record SenderDomain(String name) implements Comparable<SenderDomain> {

    private static final int NAME_CHARS_MAX = 253;

    private static final Pattern HOST_NAME =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /** An address with a last label of digits alone is an IP address or a mistake, never a mail domain. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");

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
        try {
            String ascii = IDN.toASCII(name).toLowerCase(Locale.ROOT);
            return isHostName(ascii) ? Optional.of(new SenderDomain(ascii)) : Optional.empty();
        } catch (IllegalArgumentException notEncodable) {
            return Optional.empty();
        }
    }

    private static boolean isHostName(String name) {
        return name.length() <= NAME_CHARS_MAX
                && HOST_NAME.matcher(name).matches()
                && !ENDS_IN_NUMBER.matcher(name).matches();
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
