package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.processor.api.LiveIds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Reads a stream as a browser does. */
final class LiveReader implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);

    static final LiveIds IDS = new LiveIds(LoadedPair.IDENTITY);

    private final InputStream stream;
    private final BufferedReader lines;
    private final StringBuilder text = new StringBuilder();

    /** @param lastId of the event behind which it begins; empty for the end */
    LiveReader(int port, String token, String path, String lastId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token);
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        stream = answer.body();
        lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Id and data of the next event of this name. */
    List<String> await(String name) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    String id = "";
                    String event = "";
                    String data = "";
                    while (true) {
                        String line = line();
                        id = line.startsWith("id: ") ? line.substring(4) : id;
                        event = line.startsWith("event: ") ? line.substring(7) : event;
                        data = line.startsWith("data: ") ? line.substring(6) : data;
                        text.append(line).append('\n');
                        if (line.isEmpty() && event.equals(name)) {
                            return List.of(id, data);
                        }
                    }
                })
                .get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /** Reads on until everything before these offsets has gone by. */
    void awaitBeatBehind(List<Long> offsets) throws Exception {
        List<Long> now;
        do {
            now = offsets(await("beat").get(0));
        } while (!isBehind(now, offsets));
    }

    private static boolean isBehind(List<Long> now, List<Long> offsets) {
        return IntStream.range(0, offsets.size()).allMatch(i -> now.get(i) >= offsets.get(i));
    }

    /** What an id says: the next offset of each partition. */
    static List<Long> offsets(String id) {
        return IDS.cursor(id).orElseThrow().next();
    }

    /** Everything that has been read up to now. */
    String text() {
        return text.toString();
    }

    private String line() {
        try {
            String line = lines.readLine();
            if (line == null) {
                throw new IllegalStateException("the stream has ended");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
