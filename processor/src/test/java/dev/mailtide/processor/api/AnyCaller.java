package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;
import java.util.OptionalLong;

/** Somebody for tests: may see every domain and every recipient, and is no admin. */
class AnyCaller implements Caller {

    private final String tokenId;

    AnyCaller(String tokenId) {
        this.tokenId = tokenId;
    }

    @Override
    public String tokenId() {
        return tokenId;
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
        return false;
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
        // Nobody asks in a test.
    }
}
