package dev.mailtide.common.privacy;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EmailEvent.Details;
import dev.mailtide.common.event.EmailEvent.Recipient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What becomes of the personal fields of an event on its way to one place. The recipient key stays: it is what tells people
 * apart. So does {@code from}, the organisation's own address. A recipient or subject that is not kept is taken out of
 * the free texts, too, that quote it: reason, SMTP code, URL, user agent, custom headers, metadata, and the provider's name
 * for the event.
 *
 * @param recipient of the address; its domain goes with it unless the policy is to keep or to mask
 * @param customHeaders of each value; the names stay unless the policy is to drop
 */
public record EventPolicy(
        FieldPolicy recipient, FieldPolicy subject, FieldPolicy customHeaders, FieldPolicy ip, FieldPolicy userAgent) {

    /** Everything as it is. */
    public static final EventPolicy KEEP_ALL =
            new EventPolicy(FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP);

    /** Pseudonyms are longer than what they stand for; all headers together keep within the limit of an event. */
    private static final int HEADERS_BYTES_MAX = 16 * 1024;

    private static final String CUSTOM_HEADERS = "customHeaders";
    private static final String RECIPIENT = "recipient";
    private static final String SUBJECT = "subject";

    /** The event as the place may hold it. */
    public EmailEvent of(EmailEvent event) {
        if (keepsAll()) {
            return event;
        }
        Optional<String> address = event.recipient().address();
        List<String> truncated = event.details().truncated();
        Quotations quotations = quotations(address, event.details().subject(), truncated);
        return new EmailEvent(
                event.id(),
                event.kind(),
                quotations.without(event.providerEvent()),
                event.origin(),
                event.sender(),
                of(event.recipient()),
                event.message(),
                event.occurrence(),
                of(event.details(), quotationsOfRecipient(address, truncated), quotations));
    }

    /** Whether an event stays as it is. */
    public boolean keepsAll() {
        return recipient.keeps() && subject.keeps() && customHeaders.keeps() && ip.keeps() && userAgent.keeps();
    }

    /**
     * What is to be taken out of the subject, if that is kept.
     *
     * @param truncated names of the fields that were cut
     */
    Quotations quotationsOfRecipient(Optional<String> address, Collection<String> truncated) {
        return hideRecipient(new Quotations(), address, truncated);
    }

    /**
     * What is to be taken out of the other texts. The subject comes first, since it may quote the recipient itself.
     *
     * @param truncated names of the fields that were cut
     */
    Quotations quotations(Optional<String> address, Optional<String> fullSubject, Collection<String> truncated) {
        Quotations ofSubject = new Quotations()
                .hide(fullSubject.filter(text -> !subject.keeps()), SUBJECT, truncated.contains(SUBJECT));
        return hideRecipient(ofSubject, address, truncated);
    }

    private Quotations hideRecipient(Quotations quotations, Optional<String> address, Collection<String> truncated) {
        return quotations.hide(address.filter(text -> !recipient.keeps()), RECIPIENT, truncated.contains(RECIPIENT));
    }

    /** Whether the recipient's domain stays. */
    boolean tellsRecipientDomain() {
        return recipient.keeps() || recipient.equals(FieldPolicy.MASK);
    }

    private Recipient of(Recipient full) {
        return new Recipient(
                recipient.ofAddress(full.address()),
                tellsRecipientDomain() ? full.domain() : Optional.empty(),
                full.key());
    }

    private Details of(Details full, Quotations ofRecipient, Quotations quotations) {
        Map<String, String> headers = new TreeMap<>();
        boolean allFit = putHeaders(quotations.without(full.customHeaders()), headers);
        List<String> truncated = new ArrayList<>(full.truncated());
        if (!allFit && !truncated.contains(CUSTOM_HEADERS)) {
            truncated.add(CUSTOM_HEADERS);
        }
        return new Details(
                subject.of(full.subject().map(ofRecipient::without), Mask.TEXT),
                full.reason().map(quotations::without),
                full.smtpCode().map(quotations::without),
                full.url().map(quotations::without),
                ip.of(full.ip(), Mask.IP),
                userAgent.of(full.userAgent(), Mask.TEXT).map(quotations::without),
                full.machineOpen(),
                headers,
                quotations.without(full.metadata()),
                truncated);
    }

    /** Puts what may be kept of the headers; gives back whether all of it had room. */
    boolean putHeaders(Map<String, String> full, Map<String, String> kept) {
        int bytes = 0;
        for (Map.Entry<String, String> header : full.entrySet()) {
            Optional<String> value = customHeaders.of(Optional.of(header.getValue()), Mask.TEXT);
            // Three bytes in UTF-8 for each char at most. Where the values are kept they have been fitted before.
            bytes += 3 * (header.getKey().length() + value.orElse("").length());
            if (bytes > HEADERS_BYTES_MAX && customHeaders.kind() == FieldPolicy.Kind.HMAC) {
                return false;
            }
            value.ifPresent(text -> kept.put(header.getKey(), text));
        }
        return true;
    }

    /** The problems of filling a place with this policy from one with the other, by field; none if it can be done. */
    List<String> problemsAfter(EventPolicy before) {
        SortedMap<String, FieldPolicy> there = before.byName();
        return byName().entrySet().stream()
                .filter(field -> !field.getValue().canFollow(there.getOrDefault(field.getKey(), FieldPolicy.KEEP)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The same where a field that is kept is kept as it is there. */
    List<String> problemsOfChangesAfter(EventPolicy before) {
        SortedMap<String, FieldPolicy> here = byName();
        return problemsAfter(before).stream()
                .filter(field -> !here.getOrDefault(field, FieldPolicy.KEEP).keeps())
                .toList();
    }

    private SortedMap<String, FieldPolicy> byName() {
        return new TreeMap<>(Map.of(
                RECIPIENT,
                recipient,
                SUBJECT,
                subject,
                "custom-headers",
                customHeaders,
                "ip",
                ip,
                "user-agent",
                userAgent));
    }
}
