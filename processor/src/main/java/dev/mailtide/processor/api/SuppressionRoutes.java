package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.processor.readmodel.KnownRecipients;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whom a sender domain should not write to any more: the list of them, and the check of some addresses. */
final class SuppressionRoutes {

    private static final String PATH = "/v1/suppressions";
    private static final String RECIPIENTS = PATH + "/recipients";

    private final Spread spread;
    private final PagedAnswers paged;
    private final IdentityKey identity;
    private final int softBouncesMin;

    /**
     * @param identity makes recipient keys of the addresses that are checked
     * @param softBouncesMin from how many messages on soft bounces are a reason
     */
    SuppressionRoutes(Spread spread, PagedAnswers paged, IdentityKey identity, int softBouncesMin) {
        this.spread = spread;
        this.paged = paged;
        this.identity = identity;
        this.softBouncesMin = softBouncesMin;
    }

    void addTo(Routes routes) {
        routes.get(PATH, request -> list(request, SuppressionRequest.Candidates.of(request)));
        routes.post(PATH + "/check", request -> check(request, SuppressionRequest.Some.ofAddresses(request, identity)));
        routes.amongInstances(PATH, request -> {
            SuppressionRequest.Page page = SuppressionRequest.Page.ofInstance(request);
            spread.answerPeer(request, held -> held.candidates(page.domain(), page.after(), page.limit()));
        });
        routes.postAmongInstances(RECIPIENTS, request -> {
            SuppressionRequest.Some asked = SuppressionRequest.Some.ofKeys(request);
            spread.answerPeer(
                    request,
                    held -> held.recipients(asked.domain(), asked.asked().values()));
        });
    }

    private void list(Context request, SuppressionRequest.Candidates asked) {
        Caller caller = Caller.of(request);
        SenderDomain domain = caller.answerFor(asked.domain());
        paged.answer(
                request,
                new PagedList(
                        Forms.SUPPRESSIONS,
                        Optional.of(domain),
                        asked.limit(),
                        (cursor, limit) -> page(asked.page(domain, cursor, limit), caller)));
    }

    private Optional<ObjectNode> page(SuppressionRequest.Page page, Caller caller) {
        List<ObjectNode> parts = spread.parts(
                held -> held.candidates(page.domain(), page.after(), page.limit()),
                page.pathAndQuery(),
                Optional.empty());
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        KnownRecipients known = known(parts);
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
        return Optional.of(
                answer.put("nextCursor", next.map(SuppressionRequest::cursor).orElse(null)));
    }

    private List<ObjectNode> parts(SenderDomain domain, List<RecipientKey> recipients) {
        return spread.parts(
                held -> held.recipients(domain, recipients),
                RECIPIENTS,
                Optional.of(SuppressionRequest.bodyFor(domain, recipients)));
    }

    private KnownRecipients known(List<ObjectNode> parts) {
        KnownRecipients known = new KnownRecipients(softBouncesMin);
        parts.forEach(known::add);
        return known;
    }

    /** All that was asked for is on one page. */
    private void check(Context request, SuppressionRequest.Some some) {
        SenderDomain domain = Caller.of(request).answerFor(some.domain());
        paged.answer(
                request,
                new PagedList(
                        Forms.CHECKED,
                        Optional.of(domain),
                        Optional.of(some.asked().size()),
                        (none, all) -> checked(domain, some.asked())));
    }

    private Optional<ObjectNode> checked(SenderDomain domain, Map<String, RecipientKey> asked) {
        List<ObjectNode> parts =
                parts(domain, asked.values().stream().distinct().toList());
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        KnownRecipients known = known(parts);
        ObjectNode answer = spread.begun(parts);
        ArrayNode list = answer.putArray("recipients");
        asked.forEach((address, recipient) -> {
            ObjectNode one = list.addObject().put("address", address);
            one.put("suppress", known.isCandidate(recipient));
            ObjectNode all = known.json(recipient);
            all.remove("recipient");
            one.setAll(all);
        });
        return Optional.of(answer);
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
