package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0, true",
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.0/24, 192.0.1.255, false",
        "192.0.2.77/24, 192.0.2.1, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "192.0.2.7/32, 192.0.2.6, false",
        "192.0.2.0/31, 192.0.2.1, true",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::1, 2001:db8:0::1, true",
        "::/0, 2001:db8::1, true",
        "::/0, 192.0.2.1, false",
        "::ffff:192.0.2.0/120, 192.0.2.9, true",
        "192.0.2.0/24, ::ffff:192.0.2.9, true",
        "192.0.2.0/24, ::ffff:c000:209, true",
        "192.0.2.0/24, ::192.0.2.9, false"
    })
    void a_network_holds_its_addresses_and_no_other(String network, String address, boolean held) {
        assertThat(Networks.parse(network)
                        .orElseThrow()
                        .contains(Networks.address(address).orElseThrow()))
                .isEqualTo(held);
    }

    @Test
    void several_networks_hold_what_one_of_them_holds() {
        Networks networks =
                Networks.parse("192.0.2.0/24 , 2001:db8::/32,198.51.100.1").orElseThrow();
        assertThat(networks.contains(Networks.address("198.51.100.1").orElseThrow()))
                .isTrue();
        assertThat(networks.contains(Networks.address("2001:db8::1").orElseThrow()))
                .isTrue();
        assertThat(networks.contains(Networks.address("198.51.100.2").orElseThrow()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "192.0.2.0/24,",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2.0/",
                "192.0.2.0/255.255.255.0",
                "2001:db8::/129",
                "192.0.2",
                "192.0.2.*",
                "192.0.2.1-9",
                "*",
                "/24",
                "any",
                "none",
                "clinic.example",
                "localhost",
                "010.0.0.0/8",
                "0x0a.0.0.0/8",
                "fe80::1%eth0",
                "[2001:db8::]/32",
                "192.0.2.0/24 x"
            })
    void what_is_no_network_is_refused_and_never_looked_up(String text) {
        assertThat(Networks.parse(text)).isEmpty();
    }

    @Test
    void any_is_every_address_of_both_kinds() {
        assertThat(Networks.ANY.isAny()).isTrue();
        assertThat(Networks.parse("0.0.0.0/0,::/0").orElseThrow().isAny()).isTrue();
        assertThat(Networks.parse("0.0.0.0/0").orElseThrow().isAny()).isFalse();
        assertThat(Networks.NONE.isAny()).isFalse();
    }
}
