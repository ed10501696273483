package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;

/**
 * What decides which instance holds an answer: all stores of one keyed step are spread alike, by this key.
 *
 * @param store one store of the step
 * @param key the key by which records come to it
 */
public record StateKey(String store, String key) {

    /** Of everything that is kept by domain. */
    public static StateKey of(SenderDomain domain) {
        return new StateKey(AddUp.TOTALS, domain.name());
    }

    /** Of everything that is kept by message. */
    public static StateKey of(MessageKey message) {
        return new StateKey(Ledger.FACTS, message.text());
    }

    /** Of what is kept by domain, for all domains together. */
    public static String storeOfDomains() {
        return AddUp.TOTALS;
    }
}
