package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.Setting;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv6.IPv6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A set of IPv4 and IPv6 networks. Only plain literals are read, and no name is ever looked up. An IPv4 address in its
 * IPv6 form ({@code ::ffff:192.0.2.1}) is the IPv4 address, in networks and in what is looked for.
 */
public record Networks(List<IPAddress> networks) {

    /** Every address, also one that cannot be told. */
    public static final Networks ANY = new Networks(
            List.of(new IPAddressString("0.0.0.0/0").getAddress(), new IPAddressString("::/0").getAddress()));

    /** No address. */
    public static final Networks NONE = new Networks(List.of());

    private static final IPAddressStringParameters ADDRESS =
            literals().allowPrefix(false).toParams();
    private static final IPAddressStringParameters NETWORK =
            literals().allowPrefix(true).toParams();

    /** Copies the list. */
    public Networks {
        networks = List.copyOf(networks);
    }

    /**
     * A setting that is a set of networks. An empty text is a problem: it must not open what was to be closed.
     *
     * @param word stands for {@code fallback}, which is also the default
     */
    static Setting<Networks> setting(String key, String word, Networks fallback, String meaning) {
        return Setting.plain(
                key,
                word,
                word + ", or a list divided by commas of addresses and networks such as 192.0.2.7, 2001:db8::/32",
                meaning,
                text -> text.equals(word) ? Optional.of(fallback) : parse(text));
    }

    /** From addresses and networks divided by commas; empty if one of them is neither, or is empty. */
    static Optional<Networks> parse(String text) {
        List<Optional<IPAddress>> all = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Networks::network)
                .toList();
        return all.stream().allMatch(Optional::isPresent)
                ? Optional.of(
                        new Networks(all.stream().flatMap(Optional::stream).toList()))
                : Optional.empty();
    }

    /** One address, written plainly: without port, brackets, zone, or leading zeros. */
    static Optional<IPAddress> address(String text) {
        return Optional.ofNullable(new IPAddressString(text, ADDRESS).getAddress())
                .map(Networks::asIpv4IfMapped);
    }

    private static Optional<IPAddress> network(String text) {
        return Optional.ofNullable(new IPAddressString(text, NETWORK).getAddress())
                .map(IPAddress::toPrefixBlock)
                .map(Networks::asIpv4IfMapped);
    }

    private static IPAddress asIpv4IfMapped(IPAddress address) {
        IPv6Address ipv6 = address.isIPv6() ? address.toIPv6() : null;
        return ipv6 != null && ipv6.isIPv4Mapped() ? Objects.requireNonNull(ipv6.getEmbeddedIPv4Address()) : address;
    }

    /** Whether addresses make no difference. */
    boolean isAny() {
        return equals(ANY);
    }

    /** Whether every IPv4 or every IPv6 address is in one of the networks. */
    boolean haveAllOfAKind() {
        return networks.stream().anyMatch(ANY.networks()::contains);
    }

    /** Whether the address is in one of the networks. */
    boolean contains(IPAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Nothing but what RFC 4632 and RFC 4291 write: none of the short, octal, ranged or base-85 forms of the library. */
    private static IPAddressStringParameters.Builder literals() {
        return new IPAddressStringParameters.Builder()
                .allowEmpty(false)
                .allowAll(false)
                .allowSingleSegment(false)
                .allowMask(false)
                .allowWildcardedSeparator(false)
                .setRangeOptions(RangeParameters.NO_RANGE)
                .getIPv4AddressParametersBuilder()
                .allow_inet_aton(false)
                .allowLeadingZeros(false)
                .allowBinary(false)
                .getParentBuilder()
                .getIPv6AddressParametersBuilder()
                .allowZone(false)
                .allowBase85(false)
                .allowBinary(false)
                .allow_mixed_inet_aton(false)
                .getEmbeddedIPv4AddressParametersBuilder()
                .allowLeadingZeros(false)
                .getEmbeddedIPv4AddressParentBuilder()
                .getParentBuilder();
    }
}
