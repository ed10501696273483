package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.event.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A list that is far longer than a page, out of a real read model. With {@code -Dmailtide.test.download-events=1000000} it is
 * a million.
 */
class LongDownloadTest {

    private static final int EVENTS = Integer.getInteger("mailtide.test.download-events", 60_000);
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final Instant BEGIN = Instant.parse("2026-04-18T00:00:00Z");

    /** How often the heap is looked at. */
    private static final int LOOKS = 20;

    /**
     * From the second quarter of the rows to the last: less than half of the rows in memory, of some two kilobytes each. The
     * least of each counts: what the broker and others in this process do comes and goes, and rows that are kept only come.
     */
    private static final long GROWTH_BYTES_MAX = 40L * 1024 * 1024;

    private static final String TEXT = "x".repeat(400);

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                api.kafka.with(Map.of(ProducerConfig.LINGER_MS_CONFIG, "5")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int n = 0; n < EVENTS; n++) {
                var unused = producer.send(new ProducerRecord<>(
                        api.topics.events().name(), "long.example/m-" + n, event(n).getBytes(StandardCharsets.UTF_8)));
            }
        }
        await().atMost(SOON)
                .until(() -> api.get("/metrics", "").body().contains("mailtide_processor_read_model_lag_records 0.0")
                        && !api.json("/v1/events?domain=long.example&limit=1", RunningApi.ADMIN)
                                .has("partial"));
        // What the fan-out has in memory would pass for rows of the download.
        await().atMost(SOON).until(() -> fannedOut() >= EVENTS);
    }

    private static long fannedOut() throws Exception {
        try (Admin admin = api.kafka.openAdmin()) {
            List<String> topics = admin.listTopics().names().get().stream()
                    .filter(name -> api.topics.isOfADomain(name)
                            || name.equals(api.topics.domainOverflow().name()))
                    .toList();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((name, description) -> description
                            .partitions()
                            .forEach(partition ->
                                    ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(found -> found.offset())
                    .sum();
        }
    }

    private static String event(int n) {
        return "{\"id\":\"" + String.format("%032x", n) + "\",\"type\":\"delivered\",\"source\":\"paubox-main\","
                + "\"provider\":\"paubox\",\"senderDomain\":\"long.example\",\"messageId\":\"m-" + n
                + "\",\"recipient\":\"pat" + n + "@gmail.com\",\"recipientKey\":\"" + String.format("%032x", n % 1_000)
                + "\",\"occurredAt\":\"" + Times.text(BEGIN.plusMillis(n)) + "\",\"reason\":\"" + TEXT + "\"}";
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void the_second_half_of_a_download_takes_no_more_heap_than_the_first() throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(
                        api.request("/v1/events?domain=long.example", "Authorization", "Bearer " + RunningApi.ADMIN)
                                .header("Accept", "text/csv")
                                .header("Accept-Encoding", "gzip")
                                .timeout(SOON)
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        long begun = System.nanoTime();
        List<Long> heap = new ArrayList<>();
        try (BufferedReader lines = lines(answer)) {
            assertThat(lines.readLine()).startsWith("occurredAt,senderDomain,");
            for (int n = EVENTS - 1; n >= 0; n--) {
                assertThat(lines.readLine()).startsWith(Times.text(BEGIN.plusMillis(n)) + ",long.example,delivered,");
                if (n % (EVENTS / LOOKS) == 0) {
                    heap.add(heapInUse());
                }
            }
            assertThat(lines.readLine()).isNull();
        }
        System.out.println(EVENTS + " rows in "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms; bytes of heap in use meanwhile "
                + heap);
        assertThat(least(heap.subList(LOOKS * 3 / 4, LOOKS)) - least(heap.subList(LOOKS / 4, LOOKS / 2)))
                .isLessThan(GROWTH_BYTES_MAX);
    }

    private static long least(List<Long> bytes) {
        return bytes.stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    private static BufferedReader lines(HttpResponse<InputStream> answer) throws IOException {
        return new BufferedReader(new InputStreamReader(new GZIPInputStream(answer.body()), StandardCharsets.UTF_8));
    }

    private static long heapInUse() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
