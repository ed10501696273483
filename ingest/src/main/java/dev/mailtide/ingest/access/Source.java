package dev.mailtide.ingest.access;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.settings.Secret;
import java.util.Optional;

/**
 * Someone who may post webhooks.
 *
 * @param name as it stands in the URL, in headers and in events
 * @param provider whose webhooks they are
 * @param secrets the last part of the URL, which stands in for the signature that Paubox does not make
 * @param signing with what the source signs (Standard Webhooks); empty if it does not
 * @param allowFrom the addresses that may post
 * @param rate how often it may post; empty for as often as it likes
 * @param bodyBytesMax larger bodies are refused
 */
public record Source(
        String name,
        Provider provider,
        SecretPair secrets,
        Optional<SecretPair> signing,
        Networks allowFrom,
        Optional<RateLimit> rate,
        int bodyBytesMax) {

    /** A source that is known by one secret, and by nothing else. */
    public static Source of(String name, Provider provider, Secret secret, int bodyBytesMax) {
        SecretPair secrets = new SecretPair(Optional.of(secret), Optional.empty());
        return new Source(name, provider, secrets, Optional.empty(), Networks.ANY, Optional.empty(), bodyBytesMax);
    }

    /** Where it posts to, the secret included: not for logs. */
    public String revealPath() {
        return "/webhooks/" + name
                + secrets.current().map(secret -> "/" + secret.reveal()).orElse("");
    }
}
