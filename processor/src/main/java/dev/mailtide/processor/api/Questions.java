package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.aggregate.Answer;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.peers.Peers;
import dev.mailtide.processor.peers.Reply;
import dev.mailtide.processor.peers.Reply.Holder;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Routes whose answer may be on another instance. Each is served twice: for everybody, and under {@link Peers#PREFIX} for
 * other instances, which are answered from what is held here and nothing else, so that no question goes round.
 *
 * <p>The instance that holds a key decides the whole answer, and whoever was asked passes its bytes on. A 404 is such an
 * answer; where nobody could decide, it is a 503, never a 404.
 */
final class Questions {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String JSON_TYPE = "application/json";

    private final Answers answers;
    private final Peers peers;
    private final InternalMeters meters;

    Questions(Answers answers, Peers peers, InternalMeters meters) {
        this.answers = answers;
        this.peers = peers;
        this.meters = meters;
    }

    /** Makes a question of a request. */
    @FunctionalInterface
    interface Reading<Q> {
        /**
         * The question.
         *
         * @throws UnexpectedException if the request is none
         */
        Q of(Context request) throws UnexpectedException;
    }

    /**
     * Adds a question that the holder of one key answers.
     *
     * @param read makes it of a request
     * @param form the answer in other forms than JSON
     */
    void keyed(Routes routes, String path, Reading<Question> read, Form form) {
        keyed(
                routes,
                path,
                read,
                (request, question) -> ask(question)
                        .ifPresentOrElse(reply -> answer(request, reply, form), () -> NotNow.notHere(request)));
    }

    /** The same of a question about people: what is answered is written down, and masked for who may not see it. */
    void aboutPeople(Routes routes, String path, Reading<Question> read, Form form) {
        keyed(
                routes,
                path,
                read,
                (request, question) -> ask(question)
                        .ifPresentOrElse(
                                reply -> answerAboutPeople(request, question, reply, form),
                                () -> NotNow.notHere(request)));
    }

    private void keyed(Routes routes, String path, Reading<Question> read, BiConsumer<Context, Question> answering) {
        routes.get(path, request -> answering.accept(request, read.of(request)));
        routes.amongInstances(path, request -> answerPeer(request, heldHere(read.of(request))));
    }

    /**
     * Adds a question to which every instance has a part of the answer.
     *
     * @param read makes it of a request
     * @param form the answer in other forms than JSON
     */
    void listed(Routes routes, String path, Reading<ListQuestion> read, Form form) {
        routes.get(path, request -> askAll(request, read.of(request), form));
        routes.amongInstances(path, request -> answerPeer(request, partHere(read.of(request))));
    }

    private Optional<Reply> ask(Question question) {
        return countedHere(question)
                .or(() -> peers.ask(
                        question.key().store(),
                        question.key().key(),
                        question.pathAndQuery(),
                        () -> copiedHere(question)));
    }

    private Optional<Reply> heldHere(Question question) {
        return countedHere(question).or(() -> copiedHere(question));
    }

    private Optional<Reply> countedHere(Question question) {
        return reply(question.from().apply(answers), question.nothing(), Holder.ACTIVE);
    }

    private Optional<Reply> copiedHere(Question question) {
        return reply(question.from().apply(answers.fromCopies()), question.nothing(), Holder.STANDBY);
    }

    private static Optional<Reply> reply(Answer answer, String nothing, Holder holder) {
        if (answer instanceof Answer.Found found) {
            return Optional.of(new Reply(200, JSON_TYPE, found.json().toString(), holder));
        }
        if (answer instanceof Answer.Written written) {
            return Optional.of(new Reply(200, JSON_TYPE, written.json(), holder));
        }
        return answer instanceof Answer.Nothing heard
                ? Optional.of(new Reply(404, Problem.CONTENT_TYPE, notHeardOf(nothing, heard), holder))
                : Optional.empty();
    }

    private static String notHeardOf(String nothing, Answer.Nothing heard) {
        return new Problem(404, "not-found", "Nothing is here", nothing)
                .tree()
                .put("asOf", Times.text(heard.asOf()))
                .toString();
    }

    private void askAll(Context request, ListQuestion question, Form form) {
        List<ObjectNode> parts = new ArrayList<>();
        partHere(question).flatMap(Questions::json).ifPresent(parts::add);
        boolean isWhole =
                !parts.isEmpty() && parts.get(0).path(Answers.PARTITIONS).size() == answers.partitions();
        if (!isWhole) {
            peers.askAll(question.store(), question.pathAndQuery()).stream()
                    .flatMap(reply -> json(reply).stream())
                    .forEach(parts::add);
        }
        if (parts.isEmpty()) {
            NotNow.notHere(request);
        } else {
            String list = question.together().of(parts, answers.partitions()).toString();
            answer(request, new Reply(200, JSON_TYPE, list, Holder.ACTIVE), form);
        }
    }

    private Optional<Reply> partHere(ListQuestion question) {
        return reply(question.from().apply(answers), "", Holder.ACTIVE);
    }

    private static Optional<ObjectNode> json(Reply reply) {
        try {
            JsonNode json = JSON.readTree(reply.body());
            return Optional.of(json)
                    .filter(list -> reply.status() == 200 && list.path("asOf").isTextual())
                    .map(ObjectNode.class::cast);
        } catch (JsonProcessingException anotherVersion) {
            return Optional.empty();
        }
    }

    private void answerPeer(Context request, Optional<Reply> here) {
        if (here.isEmpty()) {
            meters.notHere();
            NotNow.notHere(request);
            return;
        }
        meters.decided(here.get().from());
        request.header(Holder.HEADER, here.get().from().wireName());
        pass(request, here.get());
    }

    private static void answer(Context request, Reply reply, Form form) {
        if (reply.status() == 200) {
            Format.wanted(request).ifPresent(format -> form.answer(request, format, reply.body()));
        } else {
            pass(request, reply);
        }
    }

    private static void answerAboutPeople(Context request, Question question, Reply reply, Form form) {
        if (reply.status() != 200) {
            pass(request, reply);
            return;
        }
        Optional<Format> format = Format.wanted(request);
        if (format.isEmpty()) {
            return;
        }
        Caller caller = Caller.of(request);
        ObjectNode answer = Form.parsed(reply.body());
        if (!caller.notesRead(Optional.of(question.domain()), MessageQuestions.rows(answer))) {
            NotNow.notNoted(request);
        } else {
            String seen = caller.seesRecipients()
                    ? reply.body()
                    : MessageQuestions.masked(answer).toString();
            form.answer(request, format.get(), seen);
            request.header("Cache-Control", "private, no-store");
        }
    }

    private static void pass(Context request, Reply reply) {
        Answered.heads(request, "private, no-cache");
        request.status(reply.status())
                .contentType(reply.contentType())
                .result(reply.body().getBytes(StandardCharsets.UTF_8));
    }
}
