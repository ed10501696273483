package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What settings that are fine one by one are not together. */
class IngestSettingsTest {

    @Test
    void a_spool_that_has_no_room_for_the_largest_body_is_a_problem() {
        SettingsReader reader = new SettingsReader(
                Map.of(
                        "ingest.body-bytes-max", "5000000",
                        "spool.bytes-max", "5016383",
                        "source.paubox-main.secret", "canary-secret-0123456789"),
                Map.of());
        IngestSettings.read(reader, () -> Instant.EPOCH);
        assertThat(catchThrowableOfType(SettingsException.class, reader::finish).problems())
                .containsExactly("spool.bytes-max: expected at least 5016384, so that the largest body has room"
                        + " (ingest.body-bytes-max), found 5016383");
    }
}
