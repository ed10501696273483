package dev.mailtide.app.demo;

import java.net.URI;

/** Where the running product listens. */
record Addresses(URI webhook, URI api, String apiToken, String kafka) {
    Addresses {
        requireHttp(webhook, "webhookUrl");
        requireHttp(api, "apiUrl");
        requireText(apiToken, "apiToken");
        requireText(kafka, "kafka");
    }

    private static void requireHttp(URI address, String key) {
        if (address.getHost() == null || !String.valueOf(address.getScheme()).startsWith("http")) {
            throw new IllegalArgumentException(key + " is not an http address");
        }
    }

    private static void requireText(String text, String key) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(key + " is missing");
        }
    }

    URI domain(String domain) {
        String base = api.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/domains/" + domain);
    }

    /** Leaves out the webhook's secret and the token. */
    @Override
    public String toString() {
        return "Addresses[api=" + api.getAuthority() + ", kafka=" + kafka + "]";
    }
}
