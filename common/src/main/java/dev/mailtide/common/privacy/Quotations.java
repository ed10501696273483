package dev.mailtide.common.privacy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes the recipient's address and the subject out of free texts that quote them, in whatever case, and as they stand in the
 * query of a URL. Of what was cut at its limit only the begin is known, so from there on nothing of a text is left.
 */
final class Quotations {

    /** What is shorter stands in other words by chance, and tells nothing there. */
    private static final int CHARS_MIN = 5;

    private record Quotation(String quoted, String instead, boolean isCut, boolean isEncoded) {

        /** The text with each place at which it is quoted replaced; the same text if there is none. */
        String without(String text) {
            // Most texts are no URLs, and this is done for each of them, of each event.
            boolean canQuote = !isEncoded || text.indexOf('%') >= 0 || text.indexOf('+') >= 0;
            int at = canQuote ? in(text, 0) : -1;
            if (at < 0) {
                return text;
            }
            StringBuilder left = new StringBuilder(text.length());
            int from = 0;
            for (; at >= 0; at = in(text, from)) {
                left.append(text, from, at).append(instead);
                from = isCut ? text.length() : at + quoted.length();
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

    /**
     * From now on this text is taken out, too, after those before it.
     *
     * @param isCut whether it goes on where it is quoted
     */
    Quotations hide(Optional<String> hidden, String name, boolean isCut) {
        hidden.filter(text -> text.length() >= CHARS_MIN)
                .ifPresent(text -> forms(text)
                        .forEach(form -> all.add(new Quotation(form, "[" + name + "]", isCut, !form.equals(text)))));
        return this;
    }

    /** As it is, and encoded: some encode the sign of an address alone, some all but it, and a space in two ways. */
    private static Set<String> forms(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
        Set<String> forms = new LinkedHashSet<>();
        forms.add(text);
        forms.add(text.replace("@", "%40"));
        forms.add(encoded);
        forms.add(encoded.replace("+", "%20"));
        forms.add(encoded.replace("%40", "@"));
        return forms;
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
