package dev.mailtide.common.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the recipient's address and the subject out of free texts that quote them, in whatever case, the address with its
 * sign as {@code @} or {@code %40}.
 */
final class Quotations {

    /** What is shorter stands in other words by chance, and tells nothing there. */
    private static final int CHARS_MIN = 5;

    private record Quotation(Pattern pattern, String instead) {}

    private final List<Quotation> all = new ArrayList<>();

    /** From now on this text is taken out. */
    void hide(String text, String name) {
        if (text.length() < CHARS_MIN) {
            return;
        }
        String quoted = String.join(
                "(?:@|%40)",
                List.of(text.split("@", -1)).stream().map(Pattern::quote).toList());
        all.add(new Quotation(
                Pattern.compile(quoted, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE),
                Matcher.quoteReplacement("[" + name.toLowerCase(Locale.ROOT) + "]")));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    String without(String text) {
        String left = text;
        for (Quotation quotation : all) {
            left = quotation.pattern().matcher(left).replaceAll(quotation.instead());
        }
        return left;
    }

    Map<String, String> without(Map<String, String> texts) {
        Map<String, String> left = new TreeMap<>();
        texts.forEach((name, text) -> left.put(without(name), without(text)));
        return left;
    }
}
