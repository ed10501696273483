package dev.mailtide.testkit.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Series of a domain, asked for over more than is kept. */
final class SeriesCheck {

    private final Api api;
    private final Instant appendedTo;
    private final Compared compared;

    /** @param appendedTo when the last body was appended */
    SeriesCheck(Api api, Instant appendedTo, Compared compared) {
        this.api = api;
        this.appendedTo = appendedTo;
        this.compared = compared;
    }

    /** A size of buckets: how long they are kept, how far around that end nothing is compared, and how far back is asked. */
    enum Size {
        MINUTE(Duration.ofDays(2), Duration.ofHours(1), Duration.ofDays(5), Compared.What.MINUTES),
        HOUR(Duration.ofDays(90), Duration.ofHours(3), Duration.ofDays(120), Compared.What.HOURS),
        DAY(Duration.ofDays(730), Duration.ofDays(2), Duration.ofDays(1_000), Compared.What.DAYS);

        private final Duration kept;
        private final Duration aroundTheEnd;
        private final Duration back;
        private final Compared.What what;

        Size(Duration kept, Duration aroundTheEnd, Duration back, Compared.What what) {
            this.kept = kept;
            this.aroundTheEnd = aroundTheEnd;
            this.back = back;
            this.what = what;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param expected of any domains, by {@code domain|bucket|start} */
    void check(String domain, Size size, SortedMap<String, ObjectNode> expected) {
        String prefix = domain + "|" + size.wireName();
        List<JsonNode> ofTheFold =
                sure(size, expected.subMap(prefix + "|", prefix + "}").values());
        Instant to = appendedTo.plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.DAYS);
        String path = "/v1/domains/" + domain + "/series?bucket=" + size.wireName() + "&from=" + to.minus(size.back)
                + "&to=" + to;
        assertThat(sure(size, api.json(path).get("buckets"))).as(path).isEqualTo(ofTheFold);
        compared.add(size.what, ofTheFold.size());
    }

    /** What is no longer kept goes while the test runs: nothing is said about buckets that are about to. */
    private List<JsonNode> sure(Size size, Iterable<? extends JsonNode> buckets) {
        Instant end = appendedTo.minus(size.kept);
        List<JsonNode> sure = new ArrayList<>();
        for (JsonNode bucket : buckets) {
            Instant start = Instant.parse(bucket.get("start").textValue());
            if (Duration.between(end, start).abs().compareTo(size.aroundTheEnd) > 0) {
                sure.add(bucket);
            }
        }
        return sure;
    }
}
