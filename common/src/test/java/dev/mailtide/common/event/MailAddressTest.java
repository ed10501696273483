package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {

    private static final String LONG_LOCAL = "bounce+" + "x".repeat(200);

    @ParameterizedTest
    @MethodSource
    void an_address_in_any_spelling_gives_its_text_and_its_domain(String written, String text, String domain) {
        MailAddress address = MailAddress.read(written);

        assertThat(address.text()).isEqualTo(text);
        assertThat(address.domain()).contains(new SenderDomain(domain));
    }

    static Stream<Arguments> an_address_in_any_spelling_gives_its_text_and_its_domain() {
        String care = "care@clinic.example";
        String domain = "clinic.example";
        return Stream.of(
                arguments("care@clinic.example", care, domain),
                arguments("CARE@Clinic.EXAMPLE", care, domain),
                arguments("<care@clinic.example>", care, domain),
                arguments("Care <care@clinic.example>", care, domain),
                arguments("Care Team <Care@Clinic.Example>", care, domain),
                arguments("\"Care, Team\" <care@clinic.example>", care, domain),
                arguments("\"Care <old@other.example>\" <care@clinic.example>", care, domain),
                arguments("\"Care \\\"C\\\" Team\" <care@clinic.example>", care, domain),
                arguments("Care, Team <care@clinic.example>", care, domain),
                arguments("Dr. Müller <care@clinic.example>", care, domain),
                arguments("care@other.example <care@clinic.example>", care, domain),
                arguments("Care <<care@clinic.example>", care, domain),
                arguments("care@clinic.example.", "care@clinic.example.", domain),
                arguments("care@bücher.example", "care@bücher.example", "xn--bcher-kva.example"),
                arguments("care@xn--bcher-kva.example", "care@xn--bcher-kva.example", "xn--bcher-kva.example"),
                arguments("root@localhost", "root@localhost", "localhost"),
                arguments("\"a@b\"@clinic.example", "\"a@b\"@clinic.example", domain),
                arguments("a@b@clinic.example", "a@b@clinic.example", domain),
                arguments("@clinic.example", "@clinic.example", domain),
                arguments(LONG_LOCAL + "@clinic.example", LONG_LOCAL + "@clinic.example", domain),
                arguments("Care <" + LONG_LOCAL + "@clinic.example>", LONG_LOCAL + "@clinic.example", domain));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "care@clinic.example(main office)",
                "care@(main office)clinic.example",
                "Care <care@clinic.example(main office)>",
                "Care <" + "care@clinic.example (main office)>",
            })
    void a_comment_is_no_part_of_the_domain(String written) {
        assertThat(MailAddress.read(written).domain()).contains(new SenderDomain("clinic.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<>",
                "@",
                "<@>",
                "care",
                "clinic.example",
                "care@",
                "Care <care>",
                "care@[192.0.2.1]",
                "care@192.0.2.1",
                "care@[IPv6:2001:db8::1]",
                "care@clinic.123",
                "care@my_clinic.example",
                "care@clinic..example",
                "care@-clinic.example",
                "care@clinic.example>",
                "care@clinic example",
                "\"care@clinic.example\"",
            })
    void without_a_host_name_after_the_last_at_there_is_no_domain(String written) {
        assertThat(MailAddress.read(written).domain()).isEmpty();
    }

    @Test
    void what_cannot_be_read_keeps_its_text_in_lower_case() {
        assertThat(MailAddress.read("Undisclosed Recipients:;").text()).isEqualTo("undisclosed recipients:;");
        assertThat(MailAddress.read("<>").text()).isEqualTo("<>");
        assertThat(MailAddress.read("Pat < >").text()).isEqualTo("pat < >");
        assertThat(MailAddress.read("pat@[192.0.2.1]").text()).isEqualTo("pat@[192.0.2.1]");
    }

    @Test
    void all_spellings_of_one_domain_give_one_key() {
        assertThat(Stream.of(
                                "care@bücher.example",
                                "Care <CARE@BÜCHER.EXAMPLE>",
                                "other@xn--bcher-kva.example",
                                "x@XN--BCHER-KVA.EXAMPLE.")
                        .map(written -> MailAddress.read(written).domain())
                        .distinct())
                .singleElement()
                .isEqualTo(SenderDomain.of("xn--bcher-kva.example"));
    }

    @Test
    void reading_never_fails_whatever_is_written() {
        String[] pieces = {
            "a", "Z", "@", "<", ">", "\"", "\\", "(", ")", ".", ",", ";", ":", "[", "]", " ", "\t", "\r\n", "\u0000",
            "ü", "漢", "。", "xn--", "-", "\ud83d", "\ude00", "\u202e", "\u0131", "IPv6:", "1", "\u00ad", "\ufeff"
        };
        for (long seed = 0; seed < 20_000; seed++) {
            String written = written(pieces, new Random(seed));
            assertThat(catching(written)).as("seed %d", seed).isEqualTo("read");
        }
    }

    @Test
    void a_megabyte_of_brackets_is_read_too() {
        assertThat(Stream.of("<", ">", "(", ")", "\"", "a@", "a.", "((a", "\\")
                        .map(piece -> catching(piece.repeat(500_000))))
                .containsOnly("read");
    }

    private static String written(String[] pieces, Random random) {
        StringBuilder written = new StringBuilder();
        for (int left = random.nextInt(16); left > 0; left--) {
            written.append(pieces[random.nextInt(pieces.length)]);
        }
        return written.toString();
    }

    private static String catching(String written) {
        try {
            MailAddress address = MailAddress.read(written);
            return address.domain().map(SenderDomain::name).orElse("").contains("@") ? "misread" : "read";
        } catch (RuntimeException | StackOverflowError e) {
            return e.toString();
        }
    }
}
