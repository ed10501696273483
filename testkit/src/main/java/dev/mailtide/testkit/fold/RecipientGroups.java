package dev.mailtide.testkit.fold;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which mailbox provider a recipient's domain belongs to: the closed list, version 1. */
final class RecipientGroups {

    private static final String OTHER = "other";

    private static final Map<String, List<String>> DOMAINS_BY_GROUP = Map.of(
            "gmail", List.of("gmail.com", "googlemail.com"),
            "microsoft", List.of("outlook.com", "hotmail.com", "live.com", "msn.com"),
            "yahoo-aol", List.of("yahoo.com", "ymail.com", "rocketmail.com", "aol.com"),
            "apple", List.of("icloud.com", "me.com", "mac.com"),
            "comcast", List.of("comcast.net"),
            "proton", List.of("proton.me", "protonmail.com", "pm.me"),
            "gmx", List.of("gmx.com", "gmx.net", "gmx.de", "web.de"),
            "zoho", List.of("zoho.com", "zohomail.com"));

    private RecipientGroups() {}

    static String of(Optional<String> recipientDomain) {
        String domain = recipientDomain.orElse("");
        return DOMAINS_BY_GROUP.entrySet().stream()
                .filter(group -> group.getValue().contains(domain))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(OTHER);
    }
}
