package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessSettingsTest {

    private static final String SECRET = "canary-secret-0123456789";
    private static final String SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void a_source_needs_its_secret_and_nothing_else() {
        AccessSettings settings = read(Map.of("source.paubox-main.secret", SECRET));
        assertThat(settings)
                .isEqualTo(AccessSettings.of(
                        List.of(Source.of("paubox-main", Provider.PAUBOX, new Secret(SECRET), 1_000_000))));
    }

    @Test
    void everything_can_be_set() {
        AccessSettings settings = read(Map.ofEntries(
                Map.entry("source.paubox-main.secret", SECRET),
                Map.entry("source.paubox-main.secret-previous", SECRET + "-old"),
                Map.entry("source.paubox-main.signature", "standard-webhooks"),
                Map.entry("source.paubox-main.signing-secret", SIGNING),
                Map.entry("source.paubox-main.allow-from", "192.0.2.0/24,2001:db8::/32"),
                Map.entry("source.paubox-main.requests-per-second-max", "10"),
                Map.entry("source.paubox-main.requests-burst-max", "100"),
                Map.entry("source.paubox-main.body-bytes-max", "1000000"),
                Map.entry("ingest.trusted-proxies", "10.0.0.0/8"),
                Map.entry("ingest.signature-tolerance", "1m"),
                Map.entry("ingest.reload-every", "10s")));
        assertThat(settings)
                .isEqualTo(new AccessSettings(
                        List.of(new Source(
                                "paubox-main",
                                Provider.PAUBOX,
                                new SecretPair(
                                        Optional.of(new Secret(SECRET)), Optional.of(new Secret(SECRET + "-old"))),
                                Optional.of(new SecretPair(Optional.of(new Secret(SIGNING)), Optional.empty())),
                                Networks.parse("192.0.2.0/24,2001:db8::/32").orElseThrow(),
                                Optional.of(new RateLimit(10, 100)),
                                1_000_000)),
                        Networks.parse("10.0.0.0/8").orElseThrow(),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10)));
    }

    @Test
    void a_source_that_signs_needs_no_secret_in_its_url() {
        AccessSettings settings = read(Map.of(
                "source.paubox-main.signature", "standard-webhooks", "source.paubox-main.signing-secret", SIGNING));
        assertThat(settings.sources().get(0).secrets()).isEqualTo(SecretPair.NONE);
        assertThat(settings.sources().get(0).revealPath()).isEqualTo("/webhooks/paubox-main");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "signature | standard-webhooks | source.paubox-main.signing-secret: expected whsec_ and 24 to 64 bytes in base64 that can be used, since source.paubox-main.signature is standard-webhooks",
                "signing-secret | whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | source.paubox-main.signing-secret is set, and source.paubox-main.signature is none; remove the secret, or set standard-webhooks",
                "secret-previous | canary-secret-0123456789 | source.paubox-main.secret-previous: expected another secret than source.paubox-main.secret, found the same",
                "secret-previous | '' | source.paubox-main.secret-previous: expected 16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL), found a text of 0 characters",
                "secret-previous | short | source.paubox-main.secret-previous: expected 16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL), found a text of 5 characters",
                "requests-burst-max | 5 | source.paubox-main.requests-burst-max is set, and source.paubox-main.requests-per-second-max is not; a burst needs a rate",
                "body-bytes-max | 1000001 | source.paubox-main.body-bytes-max: expected at most ingest.body-bytes-max (1000000), found 1000001",
                "allow-from | '' | source.paubox-main.allow-from: expected any, or a list divided by commas of addresses and networks such as 192.0.2.7, 2001:db8::/32, found ''"
            })
    void what_does_not_fit_together_is_refused(String key, String value, String problem) {
        assertThat(problemsOf(Map.of("source.paubox-main.secret", SECRET, "source.paubox-main." + key, value)))
                .containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "10.0.0.0/8,::/0", "1.2.3.4/0"})
    void not_everybody_is_a_trusted_proxy(String proxies) {
        assertThat(problemsOf(Map.of("source.paubox-main.secret", SECRET, "ingest.trusted-proxies", proxies)))
                .containsExactly(
                        "ingest.trusted-proxies: expected your own proxies, found every address there is; anybody"
                                + " could say then where a post comes from");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary-15-chars"})
    void an_empty_or_short_secret_is_refused_and_not_shown(String secret) {
        assertThat(problemsOf(Map.of("source.paubox-main.secret", secret)))
                .containsExactly(
                        "source.paubox-main.secret: expected 16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL),"
                                + " found a text of " + secret.length() + " characters");
    }

    @Test
    void no_secret_is_refused_too() {
        assertThat(problemsOf(Map.of()))
                .containsExactly(
                        "source.paubox-main.secret: expected 16 to 200 of A-Z a-z 0-9 _ - (it stands in a URL),"
                                + " found nothing; set MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET or"
                                + " MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET_FILE");
    }

    @Test
    void a_second_secret_may_stand_in_a_file_that_the_environment_names_and_must_be_there_then() {
        SettingsReader reader = new SettingsReader(
                Map.of("source.paubox-main.secret", SECRET),
                Map.of("MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET_PREVIOUS_FILE", "not-there/canary"));
        AccessSettings.read(reader, 1_000_000);
        assertThat(catchThrowableOfType(SettingsException.class, reader::finish).problems())
                .containsExactly("MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET_PREVIOUS_FILE: expected a file that can be read,"
                        + " found not-there/canary (NoSuchFileException)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whsec_",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-",
                "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"
            })
    void a_signing_secret_is_24_to_64_bytes_in_base64(String secret) {
        assertThat(problemsOf(Map.of(
                        "source.paubox-main.signature",
                        "standard-webhooks",
                        "source.paubox-main.signing-secret",
                        secret)))
                .contains(
                        "source.paubox-main.signing-secret: expected whsec_ and 24 to 64 bytes in base64, found a text"
                                + " of " + secret.length() + " characters");
    }

    @Test
    void a_signing_secret_may_be_as_long_as_the_standard_says() {
        for (int bytes = 24; bytes <= 64; bytes++) {
            String secret = "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
            assertThatCode(() -> read(Map.of(
                            "source.paubox-main.signature",
                            "standard-webhooks",
                            "source.paubox-main.signing-secret",
                            secret)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void another_role_knows_the_settings_of_every_source() {
        Map<String, String> file = new TreeMap<>(Map.of("ingest.sources", "one,two"));
        for (String source : List.of("one", "two")) {
            new SourceSettings(source).all().forEach(setting -> file.put(setting.key(), "anything"));
        }
        SettingsReader reader = new SettingsReader(file, Map.of());
        AccessSettings.ignore(reader);
        assertThatCode(reader::finish).doesNotThrowAnyException();
    }

    private static AccessSettings read(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        AccessSettings settings = AccessSettings.read(reader, 1_000_000);
        reader.finish();
        return settings;
    }

    private static List<String> problemsOf(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        AccessSettings.read(reader, 1_000_000);
        return catchThrowableOfType(SettingsException.class, reader::finish).problems();
    }
}
