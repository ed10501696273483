package dev.mailtide.ingest.access;

import inet.ipaddr.IPAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who really posts, when there are proxies in between. Each proxy appends the address it was asked by to
 * {@code X-Forwarded-For}, so only what our own proxies appended can be believed, and that stands at the right. The header
 * is walked from there to the first address that is not a proxy of ours; what stands left of it, anybody can have made up.
 */
final class ClientAddress {

    private static final String DIVIDER = ",";

    /** More proxies in a row are a mistake or an attack. */
    private static final int HOPS_MAX = 30;

    /** An address with a port, as some proxies write it: {@code 192.0.2.1:443}, {@code [2001:db8::1]}, with or without. */
    private static final Pattern WITH_PORT =
            Pattern.compile("\\[([0-9a-fA-F:.]{2,45})](?::[0-9]{1,5})?|([0-9.]{7,15}):[0-9]{1,5}");

    private ClientAddress() {}

    /**
     * The address, or nothing if it cannot be told.
     *
     * @param peer the other end of the connection
     * @param forwardedFor the values of {@code X-Forwarded-For}, in the order of the request
     * @param trusted our proxies
     */
    static Optional<IPAddress> of(String peer, List<String> forwardedFor, Networks trusted) {
        Optional<IPAddress> client = read(withoutZone(peer));
        Iterator<String> hops = fromTheRight(forwardedFor);
        for (int hop = 0; client.filter(trusted::contains).isPresent() && hops.hasNext(); hop++) {
            client = hop < HOPS_MAX ? read(hops.next()) : Optional.empty();
        }
        return client;
    }

    private static Optional<IPAddress> read(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        if (!withPort.matches()) {
            return Networks.address(text);
        }
        return Networks.address(withPort.group(1) != null ? withPort.group(1) : withPort.group(2));
    }

    /** The zone of a link-local peer is the name of our own network card; in a header it would be nonsense. */
    private static String withoutZone(String peer) {
        return peer.replaceFirst("%[^]]*", "");
    }

    /** Lazily, since the left part can be as long as the sender likes. */
    private static Iterator<String> fromTheRight(List<String> values) {
        String entries = String.join(DIVIDER, values);
        return new Iterator<>() {

            // A header that says nothing is one empty entry, and none is none.
            private int end = values.isEmpty() ? -1 : entries.length();

            @Override
            public boolean hasNext() {
                return end >= 0;
            }

            @Override
            public String next() {
                int divider = entries.lastIndexOf(DIVIDER, end - 1);
                String entry = entries.substring(divider + 1, end).strip();
                end = divider;
                return entry;
            }
        };
    }
}
