package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.ingest.access.AccessSettings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a running ingest reads again of a file that serves every role. */
class RolesTest {

    private static final Map<String, String> GOOD = Map.of(
            "ingest.sources", "main",
            "source.main.secret", "the-secret-of-today-01",
            "source.main.body-bytes-max", "2000");

    @Test
    void a_new_secret_is_taken_whatever_is_wrong_with_the_other_settings() {
        Map<String, String> file = new TreeMap<>(GOOD);
        file.put("ingest.tls.certificate", "/no/such/certificate.pem");
        file.put("ingest.port", "99999");
        file.put("ingest.body-bytes-max", "much");
        file.put("spool.bytes-max", "0");
        file.put("api.token-file", "/no/such/token");
        file.put("processor.threads", "none");
        file.put("topics.partitions", "0");
        file.put("kafka.acks", "1");
        assertThat(read(file)).isEqualTo(read(GOOD));
    }

    @Test
    void a_mistake_in_who_may_post_and_a_key_that_nobody_knows_are_problems() {
        Map<String, String> file = new TreeMap<>(GOOD);
        file.put("source.main.body-bytes-max", "3001");
        file.put("source.main.alow-from", "192.0.2.7");
        file.put("ingest.source", "main,second");
        SettingsException refused = catchThrowableOfType(SettingsException.class, () -> read(file));
        assertThat(refused.problems())
                .containsExactly(
                        "source.main.body-bytes-max: expected at most ingest.body-bytes-max (3000), found 3001",
                        "ingest.source: no such setting; did you mean ingest.sources?",
                        "source.main.alow-from: no such setting; did you mean source.main.allow-from?");
    }

    private static AccessSettings read(Map<String, String> file) {
        return Roles.whoMayPost(new SettingsReader(file, Map.of()), 3_000);
    }
}
