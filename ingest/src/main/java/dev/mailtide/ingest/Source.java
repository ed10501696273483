package dev.mailtide.ingest;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.settings.Secret;

/**
 * Someone who may post webhooks.
 *
 * @param name as it stands in the URL, in headers and in events
 * @param provider whose webhooks they are
 * @param secret the last part of the URL, which stands in for the signature that Paubox does not make
 */
public record Source(String name, Provider provider, Secret secret) {}
