package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import inet.ipaddr.IPAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final Networks PROXIES = networks("10.0.0.0/8, fd00::/8");

    @Test
    void the_peer_itself_is_asked_when_it_is_no_proxy_of_ours_whatever_it_says() {
        assertThat(client("198.51.100.9", "203.0.113.7")).contains("198.51.100.9");
        assertThat(client("2001:db8::9", "203.0.113.7")).contains("2001:db8::9");
        assertThat(client("198.51.100.9")).contains("198.51.100.9");
    }

    @Test
    void the_first_address_from_the_right_that_is_no_proxy_of_ours_posts() {
        assertThat(client("10.1.1.1", "203.0.113.7")).contains("203.0.113.7");
        assertThat(client("10.1.1.1", "192.0.2.66, 203.0.113.7, 10.2.2.2")).contains("203.0.113.7");
        assertThat(client("fd00::1", "192.0.2.66,2001:DB8::7 ,\t fd00::2")).contains("2001:db8::7");
    }

    @Test
    void several_headers_are_one_list_in_their_order() {
        assertThat(client("10.1.1.1", "192.0.2.66", "203.0.113.7", "10.2.2.2, 10.3.3.3"))
                .contains("203.0.113.7");
    }

    @Test
    void where_all_are_proxies_of_ours_the_farthest_of_them_posts() {
        assertThat(client("10.1.1.1")).contains("10.1.1.1");
        assertThat(client("10.1.1.1", "10.3.3.3, 10.2.2.2")).contains("10.3.3.3");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7:443, 203.0.113.7",
        "[2001:db8::7], 2001:db8::7",
        "[2001:db8::7]:65535, 2001:db8::7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "[::ffff:cb00:7107]:1, 203.0.113.7",
        "2001:db8:0:0:0:0:0:7, 2001:db8::7"
    })
    void an_address_may_be_written_as_proxies_write_it(String entry, String address) {
        assertThat(client("10.1.1.1", "192.0.2.66, " + entry)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "_hidden",
                "localhost",
                "clinic.example",
                "203.0.113",
                "203.0.113.7.1",
                "203.0.113.256",
                "203.0.113.07",
                "0xcb007107",
                "3405803783",
                "203.0.113.0/24",
                "203.0.113.*",
                "203.0.113.1-9",
                "203.0.113.7:",
                "203.0.113.7:x",
                "203.0.113.7:443:1",
                "[203.0.113.7",
                "2001:db8::7]",
                "[2001:db8::7]x",
                "fe80::1%eth0",
                "[fe80::1%25eth0]",
                "2001:db8::7%1",
                "2001:db8:::7",
                "::ffff:203.0.113.07",
                "*",
                "-",
                "203.0.113.7 203.0.113.8",
                "\"203.0.113.7\"",
                "for=203.0.113.7",
                "4)+k&C#VzJ4br>0wv%Yp"
            })
    void what_is_no_plain_address_is_nobodys_and_nothing_left_of_it_is_believed(String entry) {
        assertThat(client("10.1.1.1", "203.0.113.7, " + entry)).isEmpty();
        assertThat(client("10.1.1.1", "203.0.113.7, " + entry + " , 10.2.2.2")).isEmpty();
    }

    @Test
    void an_empty_header_at_the_right_end_says_nothing_and_is_not_passed_over() {
        assertThat(ClientAddress.of("10.1.1.1", List.of("203.0.113.7", ""), PROXIES))
                .isEmpty();
        assertThat(ClientAddress.of("10.1.1.1", List.of("203.0.113.7,"), PROXIES))
                .isEmpty();
        assertThat(ClientAddress.of("10.1.1.1", List.of(""), PROXIES)).isEmpty();
        assertThat(ClientAddress.of("10.1.1.1", List.of(" "), PROXIES)).isEmpty();
        assertThat(ClientAddress.of("10.1.1.1", List.of(","), PROXIES)).isEmpty();
    }

    @Test
    void a_peer_may_stand_in_brackets_or_have_a_zone_or_be_mapped() {
        assertThat(client("[fe80::1%eth0]")).contains("fe80::1");
        assertThat(client("[2001:db8::9]")).contains("2001:db8::9");
        assertThat(client("::ffff:10.1.1.1", "203.0.113.7")).contains("203.0.113.7");
        assertThat(client("no address at all", "203.0.113.7")).isEmpty();
    }

    @Test
    void ten_thousand_entries_are_walked_from_the_right_and_only_as_far_as_needed() {
        String madeUp = String.join(",", Collections.nCopies(10_000, "192.0.2.66"));
        assertThat(client("10.1.1.1", madeUp + ", 203.0.113.7, 10.2.2.2")).contains("203.0.113.7");
        String proxiesOnly = String.join(",", Collections.nCopies(10_000, "10.2.2.2"));
        assertThat(client("10.1.1.1", proxiesOnly)).isEmpty();
        assertThat(client("10.1.1.1", "203.0.113.7," + String.join(",", Collections.nCopies(29, "10.2.2.2"))))
                .contains("203.0.113.7");
    }

    @Test
    void an_entry_of_any_length_is_no_address() {
        String digits = "1".repeat(1_000_000);
        assertThatCode(() -> assertThat(client("10.1.1.1", digits)).isEmpty()).doesNotThrowAnyException();
        assertThat(client("10.1.1.1", "[" + ":".repeat(1_000_000) + "]")).isEmpty();
    }

    private static Optional<String> client(String peer, String... forwardedFor) {
        return ClientAddress.of(peer, List.of(forwardedFor), PROXIES).map(IPAddress::toCompressedString);
    }

    private static Networks networks(String text) {
        return Networks.parse(text).orElseThrow();
    }
}
