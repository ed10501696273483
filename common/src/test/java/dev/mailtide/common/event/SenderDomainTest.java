package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenderDomainTest {

    /** 253 characters: three labels of 63 and one of 61. */
    private static final String LONGEST =
            String.join(".", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));

    @ParameterizedTest
    @CsvSource({
        "clinic.example, clinic.example",
        "CLINIC.Example, clinic.example",
        "clinic.example., clinic.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.EXAMPLE, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "XN--BCHER-KVA.example, xn--bcher-kva.example",
        "straße.example, strasse.example",
        "bücher。example, xn--bcher-kva.example",
        "localhost, localhost",
        "a, a",
        "a-b--c.example, a-b--c.example",
        "1a.example, 1a.example",
        "192.example, 192.example",
        "192.0.2.1a, 192.0.2.1a",
    })
    void a_host_name_is_taken_in_every_spelling(String spelling, String name) {
        assertThat(SenderDomain.of(spelling)).contains(new SenderDomain(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "clinic..example",
                ".clinic.example",
                "clinic.example..",
                "my_clinic.example",
                "-clinic.example",
                "clinic-.example",
                "clinic.-example",
                "clinic.example-",
                "192.0.2.1",
                "[192.0.2.1]",
                "2001:db8::1",
                "clinic.123",
                "123",
                "cli nic.example",
                " clinic.example",
                "clinic.example\n",
                "clinic.example/x",
                "clinic@example",
                "clinic\u0000.example",
                "xn--ü.example",
                "\ud83d.example",
            })
    void what_is_no_host_name_is_no_domain(String text) {
        assertThat(SenderDomain.of(text)).isEmpty();
    }

    @Test
    void a_label_has_at_most_63_characters() {
        assertThat(SenderDomain.of("a".repeat(63) + ".example"))
                .contains(new SenderDomain("a".repeat(63) + ".example"));
        assertThat(SenderDomain.of("a".repeat(64) + ".example")).isEmpty();
    }

    @Test
    void a_name_has_at_most_253_characters_and_a_trailing_dot_is_not_counted() {
        assertThat(LONGEST).hasSize(253);
        assertThat(SenderDomain.of(LONGEST)).contains(new SenderDomain(LONGEST));
        assertThat(SenderDomain.of(LONGEST + ".")).contains(new SenderDomain(LONGEST));
        assertThat(SenderDomain.of(LONGEST + "d")).isEmpty();
        assertThat(SenderDomain.of("a.".repeat(50_000) + "example")).isEmpty();
    }

    @Test
    void a_name_that_is_too_long_only_as_a_labels_is_no_domain() {
        String unicode = ("ü".repeat(44) + ".").repeat(5) + "example";

        assertThat(unicode.length()).isLessThan(253);
        assertThat(SenderDomain.of(unicode)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Clinic.example", "clinic.example.", "bücher.example", "192.0.2.1", "my_clinic.example"})
    void only_a_normalised_name_can_be_built(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SenderDomain(name))
                .withMessage("not a host name in lower-case A-label form");
    }

    @ParameterizedTest
    @MethodSource("locales")
    void the_locale_of_the_machine_does_not_matter(Locale locale) {
        Locale before = Locale.getDefault();
        Locale.setDefault(locale);
        try {
            assertThat(SenderDomain.of("CLINIC.EXAMPLE")).contains(new SenderDomain("clinic.example"));
        } finally {
            Locale.setDefault(before);
        }
    }

    /** In Turkish a capital I becomes a dotless one; in Arabic numbers may be printed with other digits. */
    static Stream<Locale> locales() {
        return Stream.of("tr", "ar", "de").map(Locale::forLanguageTag);
    }

    @Test
    void domains_are_ordered_by_name_and_print_as_their_name() {
        SenderDomain a = new SenderDomain("a.example");
        SenderDomain b = new SenderDomain("b.example");

        assertThat(Stream.of(b, a).sorted()).isEqualTo(List.of(a, b));
        assertThat(a).hasToString("a.example");
        assertThat(Optional.of(a)).isEqualTo(SenderDomain.of("A.example."));
    }
}
