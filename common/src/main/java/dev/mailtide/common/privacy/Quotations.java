package dev.mailtide.common.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes the recipient's address and the subject out of free texts that quote them, in whatever case, the address with its
 * sign as {@code @} or {@code %40}.
 */
final class Quotations {

    /** What is shorter stands in other words by chance, and tells nothing there. */
    private static final int CHARS_MIN = 5;

    private record Quotation(String quoted, String instead) {

        /** The text with each place at which it is quoted replaced; the same text if there is none. */
        String without(String text) {
            int at = in(text, 0);
            if (at < 0) {
                return text;
            }
            StringBuilder left = new StringBuilder(text.length());
            int from = 0;
            for (; at >= 0; at = in(text, from)) {
                left.append(text, from, at).append(instead);
                from = at + quoted.length();
            }
            return left.append(text, from, text.length()).toString();
        }

        /** No pattern: to make one for each event costs more than to look through its texts, most of them shorter. */
        private int in(String text, int from) {
            for (int at = from; at <= text.length() - quoted.length(); at++) {
                if (text.regionMatches(true, at, quoted, 0, quoted.length())) {
                    return at;
                }
            }
            return -1;
        }
    }

    private final List<Quotation> all = new ArrayList<>();

    /** From now on this text is taken out, too, after those before it. */
    Quotations hide(Optional<String> hidden, String name) {
        hidden.filter(text -> text.length() >= CHARS_MIN).ifPresent(text -> {
            String instead = "[" + name + "]";
            all.add(new Quotation(text, instead));
            if (text.indexOf('@') >= 0) {
                all.add(new Quotation(text.replace("@", "%40"), instead));
            }
        });
        return this;
    }

    String without(String text) {
        String left = text;
        for (Quotation quotation : all) {
            left = quotation.without(left);
        }
        return left;
    }

    Map<String, String> without(Map<String, String> texts) {
        Map<String, String> left = new TreeMap<>();
        texts.forEach((name, text) -> left.put(without(name), without(text)));
        return left;
    }
}
