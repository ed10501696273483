package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.settings.SettingsReader;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestEndpointTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, http://127.0.0.1:8080/readyz",
        "::, http://127.0.0.1:8080/readyz",
        "::1, http://[::1]:8080/readyz",
        "ingest.internal, http://ingest.internal:8080/readyz",
    })
    void the_url_leads_to_where_it_listens(String host, String url) {
        assertThat(endpoint(Map.of("ingest.host", host)).url("/readyz")).isEqualTo(URI.create(url));
    }

    @Test
    void with_a_certificate_the_url_is_https() {
        assertThat(endpoint(Map.of("ingest.tls.certificate", "server.pem", "ingest.port", "8443"))
                        .url("/readyz"))
                .isEqualTo(URI.create("https://127.0.0.1:8443/readyz"));
    }

    @ParameterizedTest
    @CsvSource({
        "443, https://127.0.0.1/readyz, true",
        "8443, https://localhost:8443/readyz, true",
        "8443, https://[::1]:8443/readyz, true",
        "8443, https://ingest.internal:8443/readyz, true",
        "8443, https://127.0.0.1/readyz, false",
        "8443, https://127.0.0.1:8444/readyz, false",
        "8443, https://hooks.example:8443/readyz, false",
        "8443, https://localhost.example:8443/readyz, false",
        "8443, https:readyz, false",
    })
    void only_a_url_of_this_machine_and_port_asks_it(String port, URI url, boolean asked) {
        assertThat(endpoint(Map.of("ingest.host", "ingest.internal", "ingest.port", port))
                        .isAskedBy(url))
                .isEqualTo(asked);
    }

    @Test
    void a_host_that_cannot_stand_in_a_url_is_a_problem() {
        IngestEndpoint endpoint = endpoint(Map.of("ingest.host", "not_a_host"));
        assertThatThrownBy(() -> endpoint.url("/readyz"))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "ingest.host: expected a host that can stand in a URL, found 'not_a_host'"));
    }

    private static IngestEndpoint endpoint(Map<String, String> settings) {
        return IngestEndpoint.read(new SettingsReader(settings, Map.of()));
    }
}
