package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.peers.Peers;
import dev.mailtide.processor.peers.Reply;
import dev.mailtide.processor.peers.Reply.Holder;
import dev.mailtide.processor.readmodel.ReadAnswers;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What several instances have read, each a part of it: asks for the parts, and begins the one answer that is made of them. It
 * is as old as its oldest part, and partial if nobody has one of the partitions whole.
 */
final class Spread {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String AS_OF = "asOf";
    private static final String PARTIAL = "partial";

    private final Optional<ReadAnswers> here;
    private final Peers peers;
    private final InternalMeters meters;
    private final Predicate<Instant> isStale;
    private final int partitions;

    /**
     * @param here what is here; nothing where this process has no read model
     * @param partitions over how many everything is spread
     */
    Spread(Optional<ReadAnswers> here, Peers peers, InternalMeters meters, Predicate<Instant> isStale, int partitions) {
        this.here = here;
        this.peers = peers;
        this.meters = meters;
        this.isStale = isStale;
        this.partitions = partitions;
    }

    /**
     * All parts that can be had: the one that is here, and if that is not all, those of the others.
     *
     * @param part makes the one that is here
     * @param pathAndQuery asks another instance for its part
     * @param body is posted with it, if there is one
     */
    List<ObjectNode> parts(
            Function<ReadAnswers, Optional<ObjectNode>> part, String pathAndQuery, Optional<String> body) {
        List<ObjectNode> parts = new ArrayList<>();
        here.flatMap(part).ifPresent(parts::add);
        if (parts.stream().noneMatch(this::isWhole)) {
            peers.askEverybody(pathAndQuery, body).forEach(reply -> json(reply).ifPresent(parts::add));
        }
        return parts;
    }

    private boolean isWhole(ObjectNode part) {
        return part.path(ReadAnswers.PARTITIONS).size() == partitions && !part.has(PARTIAL);
    }

    private static Optional<ObjectNode> json(Reply reply) {
        try {
            JsonNode json = JSON.readTree(reply.body());
            return Optional.of(json)
                    .filter(part -> reply.status() == 200 && part.path(AS_OF).isTextual())
                    .map(ObjectNode.class::cast);
        } catch (JsonProcessingException anotherVersion) {
            return Optional.empty();
        }
    }

    /** The begin of an answer that is made of these parts, one at least. */
    ObjectNode begun(List<ObjectNode> parts) {
        BitSet whole = new BitSet(partitions);
        boolean isPartial = true;
        // Times of one form sort as their texts do.
        String asOf = parts.get(0).path(AS_OF).textValue();
        for (ObjectNode part : parts) {
            part.path(ReadAnswers.PARTITIONS).forEach(partition -> whole.set(partition.intValue()));
            // What is missing in one is in another that does not miss it.
            isPartial &= part.path(PARTIAL).booleanValue();
            String ofThis = part.path(AS_OF).textValue();
            asOf = ofThis.compareTo(asOf) < 0 ? ofThis : asOf;
        }
        ObjectNode answer = JSON.createObjectNode().put(AS_OF, asOf);
        if (isStale.test(Instant.parse(asOf))) {
            answer.put("stale", true);
        }
        if (isPartial || whole.cardinality() < partitions) {
            answer.put(PARTIAL, true);
        }
        return answer;
    }

    /** Answers another instance with the part that is here. */
    void answerPeer(Context request, Function<ReadAnswers, Optional<ObjectNode>> part) {
        Optional<ObjectNode> found = here.flatMap(part);
        if (found.isEmpty()) {
            meters.notHere();
            NotNow.notHere(request);
            return;
        }
        meters.decided(Holder.ACTIVE);
        request.header(Holder.HEADER, Holder.ACTIVE.wireName());
        request.contentType(Format.JSON.contentType())
                .result(found.get().toString().getBytes(StandardCharsets.UTF_8));
    }
}
