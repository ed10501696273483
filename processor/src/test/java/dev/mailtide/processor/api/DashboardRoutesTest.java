package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DashboardRoutesTest {

    private static final Path FOLDER = Path.of("src/main/resources/dashboard");
    private static final int WIRE_BYTES_MAX = 150_000;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Meters METERS = new Meters();
    private static HttpShell shell;

    @BeforeAll
    static void start() {
        HttpShell.Address address = new HttpShell.Address("127.0.0.1", 0, "none");
        shell = HttpShell.start(address, new Health(), METERS, 1_000, DashboardRoutes::addTo);
    }

    @AfterAll
    static void stop() {
        shell.close();
        METERS.close();
    }

    @Test
    void all_of_it_is_under_150_kb_over_the_wire() throws Exception {
        int sum = 0;
        for (String path : DashboardRoutes.PATHS) {
            HttpResponse<byte[]> answer = get(path, "Accept-Encoding", "gzip");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            sum += answer.body().length;
        }
        assertThat(sum).isBetween(WIRE_BYTES_MAX / 5, WIRE_BYTES_MAX);
    }

    @Test
    void every_file_lets_nothing_of_another_host_in() throws Exception {
        for (String path : DashboardRoutes.PATHS) {
            HttpResponse<byte[]> answer = get(path, "Accept", "*/*");
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .as(path)
                    .contains("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        }
    }

    @Test
    void who_has_a_file_is_told_that_it_has_not_changed() throws Exception {
        HttpResponse<byte[]> first = get("/dashboard/main.js", "Accept", "*/*");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(first.headers().firstValue("Content-Type")).contains("text/javascript; charset=utf-8");
        HttpResponse<byte[]> again = get("/dashboard/main.js", "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void only_the_listed_files_are_served() throws Exception {
        assertThat(get("/dashboard/", "Accept", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/dashboard/index.html", "Accept", "*/*").statusCode()).isEqualTo(404);
        assertThat(get("/dashboard/..%2Fdefinitions.json", "Accept", "*/*").statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(get("/dashboard/vendor/uplot-LICENSE.txt", "Accept", "*/*").statusCode())
                .isEqualTo(404);
    }

    @Test
    void every_file_of_the_folder_is_listed() throws IOException {
        Set<String> files;
        try (Stream<Path> all = Files.walk(FOLDER)) {
            files = all.filter(Files::isRegularFile)
                    .map(file ->
                            "/dashboard/" + FOLDER.relativize(file).toString().replace('\\', '/'))
                    .map(path -> path.equals("/dashboard/index.html") ? "/" : path)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        files.remove("/dashboard/vendor/uplot-LICENSE.txt");
        assertThat(new TreeSet<>(DashboardRoutes.PATHS)).isEqualTo(files);
    }

    @Test
    void no_file_makes_markup_of_text_or_code_of_text_or_names_another_host() throws IOException {
        Pattern forbidden = Pattern.compile(
                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|"
                        + "srcdoc|javascript:|\\sstyle=|<script>|\\son[a-z]+=\"|(?:src|href)=\"(?!/dashboard/|#)|url\\(|@import");
        Pattern host = Pattern.compile("(?:https?:)?//[a-z0-9.-]+\\.[a-z]{2,}");
        try (Stream<Path> all = Files.walk(FOLDER)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(DashboardRoutesTest::isOurs)
                    .toList()) {
                String text = Files.readString(file).replace("http://www.w3.org/2000/svg", "");
                assertThat(forbidden.matcher(text).find())
                        .as("%s is harmless", file)
                        .isFalse();
                assertThat(host.matcher(text).find())
                        .as("%s names no host", file)
                        .isFalse();
            }
        }
    }

    /** The charts are uPlot 1.6.32 as the npm registry has it, byte for byte; its licence stands beside it. */
    @Test
    void what_is_not_ours_is_what_it_says_it_is() throws Exception {
        assertThat(sha256("uplot.js")).isEqualTo("19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f");
        assertThat(sha256("uplot.css")).isEqualTo("df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04");
        assertThat(Files.readString(FOLDER.resolve("vendor/uplot-LICENSE.txt"))).startsWith("The MIT License (MIT)");
    }

    private static String sha256(String name) throws IOException, NoSuchAlgorithmException {
        byte[] content = Files.readAllBytes(FOLDER.resolve("vendor").resolve(name));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static boolean isOurs(Path file) {
        return !file.startsWith(FOLDER.resolve("vendor"));
    }

    private static HttpResponse<byte[]> get(String path, String header, String value)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .header(header, value)
                .build();
        HttpResponse<byte[]> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1)).doesNotContain("Exception");
        return answer;
    }
}
