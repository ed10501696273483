package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;
import java.util.OptionalLong;

/** Another instance of ours, which sees to the scope of whoever asked it. */
class InstanceCaller implements Caller {

    static final Caller OURS = new InstanceCaller();

    @Override
    public String tokenId() {
        return "internal";
    }

    @Override
    public boolean mayRead(SenderDomain domain) {
        return true;
    }

    @Override
    public boolean mayReadAll() {
        return true;
    }

    @Override
    public boolean isInForce() {
        return true;
    }

    @Override
    public boolean seesRecipients() {
        return true;
    }

    @Override
    public boolean isAdmin() {
        return true;
    }

    @Override
    public SenderDomain answerFor(SenderDomain asked) {
        return asked;
    }

    @Override
    public boolean notesRead(Optional<SenderDomain> domain, OptionalLong rows) {
        return true;
    }

    @Override
    public void readEnded(Optional<SenderDomain> domain, long rows) {
        // Noted by the instance that answers the caller.
    }
}
