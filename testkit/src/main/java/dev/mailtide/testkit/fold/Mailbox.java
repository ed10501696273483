package dev.mailtide.testkit.fold;

import com.sanctionco.jmail.Email;
import com.sanctionco.jmail.JMail;
import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** An address out of a header-like text, without its display name. */
record Mailbox(String address) {

    private static final Pattern INNERMOST_COMMENT = Pattern.compile("\\([^()]*\\)");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    static Mailbox of(String text) {
        return new Mailbox(JMail.tryParse(text).map(Mailbox::bare).orElseGet(() -> insideLastBrackets(text)));
    }

    private static String bare(Email email) {
        String domain = email.isIpAddress() ? "[" + email.domain() + "]" : email.domain();
        return (email.localPart() + "@" + domain).strip();
    }

    private static String insideLastBrackets(String text) {
        int open = text.lastIndexOf('<');
        int close = text.indexOf('>', open + 1);
        if (open < 0 || close < 0) {
            return text;
        }
        String inside = text.substring(open + 1, close).strip();
        return inside.isEmpty() ? text : inside;
    }

    String lowerCased() {
        return address.toLowerCase(Locale.ROOT);
    }

    /** The domain in A-label form, if it is usable as a host name. */
    Optional<String> domain() {
        int at = address.lastIndexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        String name = withoutComments(address.substring(at + 1)).strip();
        String undotted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return aLabels(undotted).filter(Mailbox::isHostName);
    }

    private static String withoutComments(String text) {
        String less = INNERMOST_COMMENT.matcher(text).replaceAll("");
        return less.equals(text) ? text : withoutComments(less);
    }

    private static Optional<String> aLabels(String name) {
        try {
            return Optional.of(IDN.toASCII(name).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException noSuchName) {
            return Optional.empty();
        }
    }

    private static boolean isHostName(String name) {
        List<String> labels = List.of(name.split("\\.", -1));
        String last = labels.get(labels.size() - 1);
        return name.length() <= 253
                && labels.stream().allMatch(label -> LABEL.matcher(label).matches())
                && !last.matches("[0-9]+");
    }
}
