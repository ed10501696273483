package dev.mailtide.common.privacy;

import dev.mailtide.common.event.SenderDomain;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a value is masked, by what it is. Masking what is masked changes nothing. */
enum Mask {
    /**
     * The first letter and the domain: {@code j***@example.org}. Of two letters or fewer before the sign, none; of a text that
     * does not end with a host name, nothing at all.
     */
    ADDRESS {
        @Override
        String of(String text) {
            int at = text.lastIndexOf('@');
            String local = text.substring(0, Math.max(0, at));
            boolean hidesMost = local.codePointCount(0, local.length()) > 2 && !local.startsWith("*");
            String head = hidesMost ? local.substring(0, local.offsetByCodePoints(0, 1)) : "";
            return at >= 0 && SenderDomain.of(text.substring(at + 1)).isPresent()
                    ? head + HIDDEN + text.substring(at)
                    : HIDDEN;
        }
    },
    /** The network: the first three numbers of an IPv4 address, the first three groups of an IPv6 one. */
    IP {
        @Override
        String of(String text) {
            Matcher v4 = V4.matcher(text);
            if (v4.matches()) {
                return v4.group(1) + "0/24";
            }
            Matcher v6 = V6.matcher(text);
            return v6.matches() ? v6.group(1) + ":/48" : HIDDEN;
        }
    },
    /** Nothing but that there was a text. */
    TEXT {
        @Override
        String of(String text) {
            return HIDDEN;
        }
    };

    private static final String HIDDEN = "***";
    private static final Pattern V4 = Pattern.compile("((?:[0-9]{1,3}\\.){3})(?:[0-9]{1,3}|0/24)");
    private static final Pattern V6 = Pattern.compile("((?:[0-9a-fA-F]{1,4}:){3})(?:[0-9a-fA-F:.]{1,40}|:/48)");

    abstract String of(String text);
}
