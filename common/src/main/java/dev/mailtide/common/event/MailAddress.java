package dev.mailtide.common.event;

import com.sanctionco.jmail.Email;
import com.sanctionco.jmail.JMail;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address as providers write it: bare, with a display name, quoted, or not quite an address at all. Reading it never
 * fails; what cannot be read keeps its text, and has no domain.
 */
public final class MailAddress {

    private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");

    private final String text;
    private final Optional<SenderDomain> domain;

    private MailAddress(String text, Optional<SenderDomain> domain) {
        this.text = text;
        this.domain = domain;
    }

    /** Reads {@code care@clinic.example}, {@code "Care, Team" <care@clinic.example>} and the like. */
    public static MailAddress read(String written) {
        String addrSpec = addrSpecOf(written);
        return new MailAddress(addrSpec.toLowerCase(Locale.ROOT), domainOf(addrSpec));
    }

    /** The address without display name, in lower case: the normalised form, by which recipients are told apart. */
    public String text() {
        return text;
    }

    /** The domain after the last {@code @}, if that is a host name. */
    public Optional<SenderDomain> domain() {
        return domain;
    }

    private static String addrSpecOf(String written) {
        Optional<Email> read = JMail.tryParse(written);
        if (read.isPresent()) {
            Email email = read.get();
            return email.localPart() + "@" + (email.isIpAddress() ? "[" + email.domain() + "]" : email.domain());
        }
        // JMail keeps to the grammar; bounce addresses with long local parts and unquoted display names do not.
        int open = written.lastIndexOf('<');
        int close = written.indexOf('>', open + 1);
        String inside =
                open >= 0 && close > open ? written.substring(open + 1, close).strip() : "";
        return inside.isEmpty() ? written : inside;
    }

    private static Optional<SenderDomain> domainOf(String addrSpec) {
        String withoutComments = addrSpec.indexOf('(') < 0
                ? addrSpec.strip()
                : COMMENT.matcher(addrSpec).replaceAll("").strip();
        int at = withoutComments.lastIndexOf('@');
        return at < 0 ? Optional.empty() : SenderDomain.of(withoutComments.substring(at + 1));
    }
}
