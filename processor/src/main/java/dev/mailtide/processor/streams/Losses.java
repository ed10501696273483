package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of an application is lost, one line each, for a person: which topic, what it means, what to do. */
final class Losses {

    private static final String BEGIN_ANEW =
            "begin anew from the raw topic, as docs/operations.md says under \"Lost topics\"";
    private static final String ACCEPT = "to go on without it, stop every processor and run ./mailtide accept-loss";

    private Losses() {}

    /** @throws ResourceException that says all of them, if there are any */
    static void refuse(List<String> losses) {
        if (!losses.isEmpty()) {
            throw new ResourceException(String.join("\n", losses));
        }
    }

    /** Topics that are gone, or not the ones from before. */
    static List<String> ofTopics(Guarded guarded, Map<String, String> known, Map<String, String> present) {
        List<String> losses = new ArrayList<>(ofInternal(guarded, known, present));
        whatOfOthers(guarded, known, present).forEach(what -> losses.add(what + "; " + ACCEPT));
        return losses;
    }

    /** Of the topics that are not internal, and what it means that they are others now. */
    static List<String> whatOfOthers(Guarded guarded, Map<String, String> known, Map<String, String> present) {
        List<String> losses = new ArrayList<>();
        what(guarded.source(), known, present)
                .ifPresent(
                        what -> losses.add(what + ": what " + guarded.applicationId() + " had not read of it is lost"));
        for (String output : guarded.outputs().all()) {
            boolean isTable = guarded.outputs().tables().contains(output);
            what(output, known, present)
                    .ifPresent(what -> losses.add(what + ": its readers lack "
                            + (isTable
                                    ? "every row that has not changed since, until the processor, once that is accepted,"
                                            + " has published all rows again"
                                    : "what they had not read of it")));
        }
        return losses;
    }

    /** Those among them that nothing can be counted on without. */
    static List<String> ofInternal(Guarded guarded, Map<String, String> known, Map<String, String> present) {
        List<String> losses = new ArrayList<>();
        for (String topic : guarded.internal().stream().sorted().toList()) {
            what(topic, known, present)
                    .ifPresent(what -> losses.add(what + ": state cannot be restored from it, and to go on would be to"
                            + " count on from zero; " + BEGIN_ANEW));
        }
        return losses;
    }

    private static Optional<String> what(String topic, Map<String, String> known, Map<String, String> present) {
        if (!known.containsKey(topic) || isSame(topic, known, present)) {
            return Optional.empty();
        }
        return Optional.of("the topic " + topic
                + (present.containsKey(topic)
                        ? " is not the one from before: it was deleted and made anew"
                        : " is gone"));
    }

    static boolean isSame(String topic, Map<String, String> known, Map<String, String> present) {
        return present.getOrDefault(topic, "").equals(known.get(topic));
    }

    /** The place in the source is lost, or what stood there. */
    static List<String> ofSource(Guarded guarded, Map<Integer, Long> beginnings, Map<Integer, Long> committed) {
        List<String> losses = new ArrayList<>(ofOffsets(guarded, beginnings, committed));
        ofGaps(guarded, beginnings, committed).forEach(gap -> losses.add(gap + "; " + ACCEPT));
        return losses;
    }

    /** The group does not know any more where it was. */
    static List<String> ofOffsets(Guarded guarded, Map<Integer, Long> beginnings, Map<Integer, Long> committed) {
        long missing = beginnings.keySet().stream()
                .filter(partition -> !committed.containsKey(partition))
                .count();
        return missing == 0
                ? List.of()
                : List.of("the group " + guarded.applicationId() + " has no offset for " + missing + " of "
                        + beginnings.size() + " partitions of " + guarded.source()
                        + ": somebody deleted them, or Kafka forgot them (offsets.retention.minutes), and to go on"
                        + " would be to count some of it twice; " + BEGIN_ANEW);
    }

    /** Records that were deleted before they were read, one line for each partition. */
    static List<String> ofGaps(Guarded guarded, Map<Integer, Long> beginnings, Map<Integer, Long> committed) {
        List<String> gaps = new ArrayList<>();
        new TreeMap<>(beginnings).forEach((partition, beginning) -> {
            long next = committed.getOrDefault(partition, beginning);
            if (next < beginning) {
                gaps.add("in " + guarded.source() + "-" + partition + " the records from offset " + next + " to "
                        + (beginning - 1) + " were deleted before " + guarded.applicationId() + " had read them: "
                        + (beginning - next) + " at most are not counted");
            }
        });
        return gaps;
    }

    /** Nothing says any more which topics were there, though the group has read, or they are. */
    static List<String> ofKnowledge(
            String topic, Guarded guarded, Map<Integer, Long> committed, Set<String> internalThatAreThere) {
        String gone = "the topic " + topic + " is gone or empty, though ";
        if (!committed.isEmpty()) {
            return List.of(gone + "the group " + guarded.applicationId()
                    + " has run before: nobody can tell whether its internal topics are the ones from before; "
                    + BEGIN_ANEW);
        }
        return internalThatAreThere.isEmpty()
                ? List.of()
                : List.of(gone + "there are internal topics of " + guarded.applicationId() + " ("
                        + String.join(", ", new TreeSet<>(internalThatAreThere))
                        + "): to go on would be to count everything on top of what stands in them; " + BEGIN_ANEW);
    }
}
