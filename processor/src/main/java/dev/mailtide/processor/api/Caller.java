package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import io.javalin.http.Context;
import java.util.Optional;

/** Who asks, and what they may see. Whoever lets a request in says so with {@link #attachTo}. */
interface Caller {

    /** Somebody who may see everything. */
    Caller OF_EVERYTHING = new Caller() {
        @Override
        public boolean mayRead(SenderDomain domain) {
            return true;
        }

        @Override
        public boolean seesRecipients() {
            return true;
        }
    };

    /** Whether the domain may be asked about; if not, it is as if it were not there. */
    boolean mayRead(SenderDomain domain);

    /** Whether addresses may be seen; if not, they come masked. */
    boolean seesRecipients();

    /** Notes that this one has sent the request. */
    default void attachTo(Context request) {
        request.attribute(Caller.class.getName(), this);
    }

    /** Who has sent the request. Today nobody is told apart, so who was not noted may see everything. */
    static Caller of(Context request) {
        return Optional.<Caller>ofNullable(request.attribute(Caller.class.getName()))
                .orElse(OF_EVERYTHING);
    }
}
