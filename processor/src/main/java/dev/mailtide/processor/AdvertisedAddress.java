package dev.mailtide.processor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.apache.kafka.streams.state.HostInfo;

/** Where other instances reach this one. */
final class AdvertisedAddress {

    private static final Set<String> ANY = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private AdvertisedAddress() {}

    /** What the settings say; else the address on which it listens; else, if that is all of them, the machine's name. */
    static HostInfo of(ProcessorSettings settings) {
        String host = settings.peers().advertisedHost();
        int port = settings.peers().advertisedPort();
        return new HostInfo(
                host.isEmpty() ? hostOf(settings.address().host()) : host,
                port == 0 ? settings.address().port() : port);
    }

    private static String hostOf(String listening) {
        return ANY.contains(listening) ? nameOfTheMachine() : listening;
    }

    private static String nameOfTheMachine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nobodyKnowsIt) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }
}
