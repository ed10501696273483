package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.SettingsFile;
import dev.mailtide.common.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings in real files, changed while they are in use. */
class ReloadTest {

    private static final String GOOD = "ingest.sources: main\nsource.main.secret-file: FOLDER/secret\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set by JUnit.
    private Path folder;

    private final Meters meters = new Meters();
    private final List<AccessSettings> used = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Reload reload;

    @BeforeEach
    void start() throws IOException {
        write("secret", "first-canary-0123456789");
        settings(GOOD);
        reload = new Reload(read(), this::read, used::add, new AccessMeters(meters));
    }

    @AfterEach
    void closeTheMeters() {
        meters.close();
    }

    @Test
    void what_has_not_changed_is_not_taken_over() throws IOException {
        looks(3);
        settings("# only a comment\n" + GOOD);
        looks(3);
        assertThat(used).isEmpty();
        assertThat(meters.scrape())
                .contains("mailtide_ingest_reload_total{result=\"ok\"} 0.0")
                .contains("mailtide_ingest_reload_total{result=\"failed\"} 0.0")
                .contains("mailtide_ingest_reload_failing 0.0");
    }

    @Test
    void a_change_of_a_secrets_own_file_is_taken_over_when_it_has_been_seen_twice() throws IOException {
        write("secret", "second-canary-0123456789");
        reload.look();
        assertThat(used).isEmpty();
        looks(3);
        assertThat(used).containsExactly(read());
        assertThat(used.get(0)
                        .sources()
                        .get(0)
                        .secrets()
                        .current()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("second-canary-0123456789");
        assertThat(meters.scrape()).contains("mailtide_ingest_reload_total{result=\"ok\"} 1.0");
    }

    @Test
    void a_file_that_is_just_being_written_is_not_taken_over() throws IOException {
        settings(GOOD + "source.main.allow-from: 192.0.2.0/24\n");
        looks(2);
        settings(GOOD);
        reload.look();
        settings(GOOD + "source.main.allow-from: 192.0.2.0/24\n");
        looks(2);
        assertThat(used).hasSize(1);
    }

    @Test
    void sources_lists_and_rates_change_with_the_file() throws IOException {
        settings(GOOD.replace("main\n", "main,second\n")
                + "source.second.secret: third-canary-0123456789\nsource.main.allow-from: 192.0.2.0/24\n"
                + "source.second.requests-per-second-max: 7\nsource.second.body-bytes-max: 2000\n");
        looks(2);
        List<Source> sources = used.get(0).sources();
        assertThat(sources).extracting(Source::name).containsExactly("main", "second");
        assertThat(sources.get(0).allowFrom())
                .isEqualTo(Networks.parse("192.0.2.0/24").orElseThrow());
        assertThat(sources.get(1).rate()).contains(new RateLimit(7, 7));
        assertThat(sources.get(1).bodyBytesMax()).isEqualTo(2_000);
    }

    @Test
    void what_cannot_be_used_changes_nothing_is_told_once_with_every_problem_and_heals() throws IOException {
        CapturedLog log = CapturedLog.during(() -> {
            Files.delete(folder.resolve("secret"));
            settings(GOOD + "source.main.allow-from: ''\nsource.main.provider: nobody\n");
            looks(5);
        });
        assertThat(used).isEmpty();
        assertThat(log.linesWith("stay in force")).hasSize(1);
        assertThat(log.linesWith("stay in force").get(0))
                .contains("source.main.secret-file: expected a file that can be read")
                .contains("source.main.allow-from: expected any, or a list")
                .contains("source.main.provider: expected one of: paubox, found 'nobody'");
        assertThat(meters.scrape())
                .contains("mailtide_ingest_reload_total{result=\"failed\"} 1.0")
                .contains("mailtide_ingest_reload_failing 1.0");
        write("secret", "second-canary-0123456789");
        settings(GOOD);
        looks(2);
        assertThat(used).containsExactly(read());
        assertThat(meters.scrape()).contains("mailtide_ingest_reload_failing 0.0");
    }

    @Test
    void a_secret_file_that_is_empty_or_cannot_be_read_is_never_taken_for_no_secret() throws IOException {
        write("secret", " \n");
        looks(2);
        Files.delete(folder.resolve("secret"));
        looks(2);
        Files.createDirectory(folder.resolve("secret"));
        looks(2);
        assertThat(used).isEmpty();
        assertThat(meters.scrape()).contains("mailtide_ingest_reload_total{result=\"failed\"} 3.0");
    }

    @Test
    void a_file_that_is_no_settings_file_changes_nothing_and_no_secret_is_logged() throws IOException {
        CapturedLog log = CapturedLog.during(() -> {
            settings("source: [canary-0123456789");
            looks(2);
            settings(GOOD + "source.main.secret-previous: 'canary 0123456789'\n");
            looks(2);
            Files.delete(folder.resolve("mailtide.yaml"));
            looks(2);
            write("secret", "second-canary-0123456789");
            settings(GOOD);
            looks(2);
        });
        assertThat(used).hasSize(1);
        assertThat(log.linesWith("stay in force")).hasSize(3);
        assertThat(log.text()).doesNotContain("canary");
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            reload.look();
        }
    }

    private AccessSettings read() {
        SettingsReader reader = new SettingsReader(SettingsFile.read(folder.resolve("mailtide.yaml")), Map.of());
        AccessSettings settings = AccessSettings.read(reader, 1_000_000);
        reader.finish();
        return settings;
    }

    private void settings(String yaml) throws IOException {
        write("mailtide.yaml", yaml.replace("FOLDER", folder.toString()));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
