package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.tokens.AccessLog;
import dev.mailtide.processor.tokens.AccessLog.Entry;
import dev.mailtide.processor.tokens.AccessLog.Outcome;
import dev.mailtide.processor.tokens.AccessLog.Shown;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.Tokens.Lookup.Known;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Somebody with a token.
 *
 * @param token whose
 * @param inForce whether it still opens the same
 * @param log where reads of people's data are written down
 * @param absent a domain that cannot exist
 * @param request what is asked
 */
record TokenCaller(Known token, BooleanSupplier inForce, AccessLog log, SenderDomain absent, Context request)
        implements Caller {

    Scope scope() {
        return token.scope();
    }

    @Override
    public String tokenId() {
        return token.tokenId();
    }

    @Override
    public boolean mayRead(SenderDomain domain) {
        return scope().has(domain);
    }

    @Override
    public boolean mayReadAll() {
        return scope().hasAllDomains();
    }

    @Override
    public boolean isInForce() {
        return inForce.getAsBoolean();
    }

    @Override
    public boolean seesRecipients() {
        return scope().recipients();
    }

    @Override
    public boolean isAdmin() {
        return scope().admin();
    }

    @Override
    public SenderDomain answerFor(SenderDomain asked) {
        if (mayRead(asked)) {
            return asked;
        }
        log.note(entry(Outcome.OUTSIDE_SCOPE, Optional.of(asked), OptionalLong.empty(), Shown.NOT_AT_ALL));
        return absent;
    }

    @Override
    public boolean notesRead(Optional<SenderDomain> domain, OptionalLong rows) {
        return log.write(entry(rows.isPresent() ? Outcome.READ : Outcome.BEGUN, domain, rows, shown()));
    }

    @Override
    public void readEnded(Optional<SenderDomain> domain, long rows) {
        log.note(entry(Outcome.READ, domain, OptionalLong.of(rows), shown()));
    }

    private Shown shown() {
        return seesRecipients() ? Shown.IN_FULL : Shown.MASKED;
    }

    private Entry entry(Outcome outcome, Optional<SenderDomain> domain, OptionalLong rows, Shown shown) {
        return new Entry(outcome, token.tokenId(), Routes.of(request), domain.map(SenderDomain::name), rows, shown);
    }
}
