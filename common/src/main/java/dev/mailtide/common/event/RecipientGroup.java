package dev.mailtide.common.event;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The large mailbox providers, by exact domain; everyone else is {@link #OTHER}. List version 1: a change of the list is
 * a new version, and rows keep the group they were given. The order is part of the stored formats.
 */
public enum RecipientGroup {
    OTHER("other"),
    GMAIL("gmail", "gmail.com", "googlemail.com"),
    MICROSOFT("microsoft", "outlook.com", "hotmail.com", "live.com", "msn.com"),
    YAHOO_AOL("yahoo-aol", "yahoo.com", "ymail.com", "rocketmail.com", "aol.com"),
    APPLE("apple", "icloud.com", "me.com", "mac.com"),
    COMCAST("comcast", "comcast.net"),
    PROTON("proton", "proton.me", "protonmail.com", "pm.me"),
    GMX("gmx", "gmx.com", "gmx.net", "gmx.de", "web.de"),
    ZOHO("zoho", "zoho.com", "zohomail.com");

    private static final Map<String, RecipientGroup> BY_DOMAIN = Arrays.stream(values())
            .flatMap(group -> group.domains.stream().map(domain -> Map.entry(domain, group)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Map<String, RecipientGroup> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(RecipientGroup::wireName, Function.identity()));

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it unmodifiable.
    private final List<String> domains;

    RecipientGroup(String wireName, String... domains) {
        this.wireName = wireName;
        this.domains = List.of(domains);
    }

    /** The name in answers and topics. */
    public String wireName() {
        return wireName;
    }

    /** The group of a recipient at this domain; {@link #OTHER} for none. */
    public static RecipientGroup ofDomain(Optional<SenderDomain> recipientDomain) {
        return recipientDomain.map(SenderDomain::name).map(BY_DOMAIN::get).orElse(OTHER);
    }

    /** The group of this name, if there is one. */
    public static Optional<RecipientGroup> named(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }
}
