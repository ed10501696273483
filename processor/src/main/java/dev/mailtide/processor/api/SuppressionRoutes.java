package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import dev.mailtide.processor.peers.Peers;
import dev.mailtide.processor.readmodel.KnownRecipients;
import dev.mailtide.processor.readmodel.ReadAnswers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Whom a sender domain should not write to any more: the list of them, and the check of some addresses. */
final class SuppressionRoutes {

    private static final String PATH = "/v1/suppressions";
    private static final String RECIPIENTS = PATH + "/recipients";

    private final Optional<ReadAnswers> answers;
    private final Spread spread;
    private final IdentityKey identity;
    private final int softBouncesMin;

    /**
     * @param answers what is here; nothing where this process has no read model
     * @param identity makes recipient keys of the addresses that are checked
     * @param softBouncesMin from how many messages on soft bounces are a reason
     */
    SuppressionRoutes(Optional<ReadAnswers> answers, Spread spread, IdentityKey identity, int softBouncesMin) {
        this.answers = answers;
        this.spread = spread;
        this.identity = identity;
        this.softBouncesMin = softBouncesMin;
    }

    void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        routes.get(
                PATH,
                request -> Expected.orSayWhat(
                        request, () -> list(request, SuppressionRequest.Page.of(request.queryParamMap()))));
        routes.post(PATH + "/check", request -> Expected.orSayWhat(request, () -> check(request)));
        routes.amongInstances(
                PATH,
                request -> Expected.orSayWhat(
                        request,
                        () -> spread.answerPeer(request, here(SuppressionRequest.Page.of(request.queryParamMap())))));
        javalin.post(
                Peers.PREFIX + RECIPIENTS,
                request -> Expected.orSayWhat(request, () -> {
                    SuppressionRequest.Some asked = SuppressionRequest.Some.ofKeys(request.bodyAsBytes());
                    spread.answerPeer(
                            request,
                            here(asked.domain(), List.copyOf(asked.asked().values())));
                }));
    }

    private Optional<ObjectNode> here(SuppressionRequest.Page page) {
        return answers.flatMap(held -> held.candidates(page.domain(), page.after(), page.limit()));
    }

    private Optional<ObjectNode> here(SenderDomain domain, List<RecipientKey> recipients) {
        return answers.flatMap(held -> held.recipients(domain, recipients));
    }

    private List<ObjectNode> parts(SenderDomain domain, List<RecipientKey> recipients) {
        return spread.parts(
                here(domain, recipients), RECIPIENTS, Optional.of(SuppressionRequest.bodyFor(domain, recipients)));
    }

    private void list(Context request, SuppressionRequest.Page asked) {
        Caller caller = Caller.of(request);
        SuppressionRequest.Page page =
                new SuppressionRequest.Page(caller.answerFor(asked.domain()), asked.after(), asked.limit());
        List<ObjectNode> parts = spread.parts(here(page), page.pathAndQuery(), Optional.empty());
        if (parts.isEmpty()) {
            Spread.notHere(request);
            return;
        }
        KnownRecipients known = new KnownRecipients(softBouncesMin);
        parts.forEach(known::add);
        List<RecipientKey> first = known.first(page.limit());
        Optional<RecipientKey> next = known.next(first);
        List<RecipientKey> doubtful = known.notNamedBy(parts.size(), first);
        List<ObjectNode> more = doubtful.isEmpty() ? List.of() : parts(page.domain(), doubtful);
        more.forEach(known::add);
        ObjectNode answer =
                spread.begun(Stream.concat(parts.stream(), more.stream()).toList());
        if (!doubtful.isEmpty() && more.size() < parts.size()) {
            answer.put("partial", true);
        }
        ArrayNode list = answer.putArray("suppressions");
        first.stream().filter(known::isCandidate).forEach(recipient -> list.add(seen(known.json(recipient), caller)));
        answer.put("nextCursor", next.map(SuppressionRequest::cursor).orElse(null));
        answer(request, page.domain(), answer, list.size());
    }

    private static void answer(Context request, SenderDomain domain, ObjectNode answer, int rows) {
        if (Caller.of(request).notesRead(Optional.of(domain), OptionalLong.of(rows))) {
            Spread.answer(request, answer);
        } else {
            Expected.notNoted(request);
        }
    }

    private void check(Context request) throws UnexpectedException {
        Expected.noParameters(request);
        SuppressionRequest.Some asked = SuppressionRequest.Some.ofAddresses(request.bodyAsBytes(), identity);
        SenderDomain domain = Caller.of(request).answerFor(asked.domain());
        List<RecipientKey> recipients =
                asked.asked().values().stream().distinct().toList();
        List<ObjectNode> parts = parts(domain, recipients);
        if (parts.isEmpty()) {
            Spread.notHere(request);
            return;
        }
        KnownRecipients known = new KnownRecipients(softBouncesMin);
        parts.forEach(known::add);
        ObjectNode answer = spread.begun(parts);
        ArrayNode list = answer.putArray("recipients");
        asked.asked().forEach((address, recipient) -> {
            ObjectNode one = list.addObject().put("address", address);
            one.put("suppress", known.isCandidate(recipient));
            ObjectNode all = known.json(recipient);
            all.remove("recipient");
            one.setAll(all);
        });
        answer(request, domain, answer, list.size());
    }

    private static ObjectNode seen(ObjectNode recipient, Caller caller) {
        if (!caller.seesRecipients() && recipient.path("recipient").isTextual()) {
            FieldPolicy.MASK
                    .ofAddress(Optional.of(recipient.path("recipient").textValue()))
                    .ifPresent(masked -> recipient.put("recipient", masked));
        }
        return recipient;
    }
}
