package dev.mailtide.testkit.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.answers.ReferenceLists.One;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.ExpectedMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Events, suppressions and time lines of the domains of one fold. */
final class PeopleCheck {

    private static final int PAGE = 100;
    private static final int ADDRESSES_MAX = 1_000;

    private final Api api;
    private final Sample sample;
    private final Compared compared;
    private final List<One> all = new ArrayList<>();

    PeopleCheck(Api api, Sample sample, Compared compared) {
        this.api = api;
        this.sample = sample;
        this.compared = compared;
    }

    /** All domains of this fold; of those of the sample more is asked. */
    void check(Expected expected) {
        ReferenceLists reference = new ReferenceLists(expected);
        expected.domains().keySet().parallelStream().forEach(domain -> {
            List<One> events = reference.events(event -> event.domain().equals(domain));
            SortedMap<String, List<String>> candidates = reference.suppressions(domain);
            checkEvents(domain, events);
            checkSuppressions(domain, candidates);
            if (sample.hasDomain(domain)) {
                checkAddresses(domain, events, candidates);
                checkSearch(domain, events);
            }
        });
        checkMessages(expected.messages());
        all.addAll(reference.all());
    }

    /** All events of all domains that were checked, as one download in each form; there must be no other. */
    void checkDownloads() {
        List<One> newestFirst = all.stream()
                .sorted(Comparator.comparing(One::occurredAt)
                        .reversed()
                        .thenComparing(One::id)
                        .thenComparing(One::domain))
                .toList();
        Iterator<One> expected = newestFirst.iterator();
        try (Stream<String> rows = api.lines("/v1/events", "application/x-ndjson")) {
            rows.forEach(row -> assertThat(One.of(Api.parse(row)))
                    .as("the next row of the NDJSON of all events")
                    .isEqualTo(expected.hasNext() ? expected.next() : "nothing more"));
        }
        assertThat(expected.hasNext())
                .as("events that were left out, of %s", newestFirst.size())
                .isFalse();
        try (Stream<String> lines = api.lines("/v1/events", "text/csv")) {
            assertThat(lines.count()).as("lines of the CSV of all events").isEqualTo(newestFirst.size() + 1L);
        }
        compared.add(Compared.What.DOWNLOADED_EVENTS, 2L * newestFirst.size());
    }

    private void checkEvents(String domain, List<One> expected) {
        String path = "/v1/events?limit=" + PAGE + "&domain=" + domain;
        assertThat(ones(api.pages(path, "events"))).as(path).isEqualTo(expected);
        compared.add(Compared.What.EVENTS, expected.size());
    }

    private static List<One> ones(Iterable<JsonNode> events) {
        List<One> ones = new ArrayList<>();
        events.forEach(event -> ones.add(One.of(event)));
        return ones;
    }

    private void checkSuppressions(String domain, SortedMap<String, List<String>> expected) {
        String path = "/v1/suppressions?limit=" + PAGE + "&domain=" + domain;
        SortedMap<String, List<String>> listed = new TreeMap<>();
        for (JsonNode row : api.pages(path, "suppressions")) {
            listed.put(row.path("recipient").asText(), texts(row.get("reasons")));
        }
        assertThat(listed).as(path).isEqualTo(expected);
        compared.add(Compared.What.SUPPRESSIONS, expected.size());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** Everybody who was ever written to, and one who was not. */
    private void checkAddresses(String domain, List<One> events, SortedMap<String, List<String>> expected) {
        List<String> asked = new ArrayList<>(events.stream()
                .map(One::recipient)
                .filter(recipient -> !recipient.isEmpty())
                .distinct()
                .limit(ADDRESSES_MAX - 1)
                .toList());
        asked.add("nobody@nowhere.example");
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("domain", domain);
        ArrayNode addresses = body.putArray("addresses");
        asked.forEach(addresses::add);
        JsonNode answered = api.posted("/v1/suppressions/check", body).get("recipients");
        assertThat(answered).as(domain).hasSize(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            JsonNode one = answered.get(i);
            assertThat(one.get("address").asText()).as(domain).isEqualTo(asked.get(i));
            assertThat(texts(one.get("reasons"))).as(domain).isEqualTo(expected.getOrDefault(asked.get(i), List.of()));
            assertThat(one.get("suppress").asBoolean()).as(domain).isEqualTo(expected.containsKey(asked.get(i)));
        }
        compared.add(Compared.What.CHECKED_RECIPIENTS, asked.size());
    }

    /** The oldest event's message, and its recipient. */
    private void checkSearch(String domain, List<One> events) {
        One sought = events.get(events.size() - 1);
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("domain", domain).put("limit", 1_000);
        List<One> ofMessage = events.stream()
                .filter(event -> event.messageId().equals(sought.messageId()))
                .toList();
        assertFound(body.deepCopy().put("messageId", sought.messageId()), ofMessage);
        if (!sought.recipient().isEmpty()) {
            List<One> ofRecipient = events.stream()
                    .filter(event -> event.recipient().equals(sought.recipient()))
                    .toList();
            assertFound(body.deepCopy().put("address", sought.recipient()), ofRecipient);
        }
    }

    private void assertFound(ObjectNode body, List<One> expected) {
        assertThat(ones(api.posted("/v1/events/search", body).get("events")))
                .as("%s", body)
                .isEqualTo(expected);
        compared.add(Compared.What.FOUND_EVENTS, expected.size());
    }

    private void checkMessages(SortedMap<String, ExpectedMessage> messages) {
        Map<String, SortedMap<String, JsonNode>> byMessage = new TreeMap<>();
        messages.forEach((key, message) -> {
            String recipient = message.answer().path("recipient").asText("");
            String messageKey = key.substring(0, key.length() - recipient.length() - 1);
            if (sample.hasMessage(messageKey)) {
                byMessage
                        .computeIfAbsent(messageKey, first -> new TreeMap<>())
                        .put(recipient, withoutPlaces(message.answer().deepCopy()));
            }
        });
        byMessage.entrySet().parallelStream().forEach(message -> checkMessage(message.getKey(), message.getValue()));
        compared.add(Compared.What.MESSAGES, byMessage.size());
    }

    private void checkMessage(String messageKey, SortedMap<String, JsonNode> expected) {
        int slash = messageKey.indexOf('/');
        String path = "/v1/messages/" + Api.encoded(messageKey.substring(slash + 1)) + "?domain="
                + messageKey.substring(0, slash);
        SortedMap<String, JsonNode> answered = new TreeMap<>();
        for (JsonNode recipient : api.json(path).get("recipients")) {
            answered.put(recipient.path("recipient").asText(""), withoutPlaces((ObjectNode) recipient));
        }
        assertThat(answered).as(path).isEqualTo(expected);
    }

    /** What the fold cannot know: the recipient's key, and which copy of an event was read first, and where it stands. */
    private static ObjectNode withoutPlaces(ObjectNode recipient) {
        recipient
                .get("events")
                .forEach(event -> ((ObjectNode) event).remove(List.of("rawPartition", "rawOffset", "receiptId")));
        return recipient.without(List.of("recipientKey"));
    }
}
