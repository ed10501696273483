package dev.mailtide.testkit.answers;

import java.util.SplittableRandom;

/**
 * What is asked about more closely, where asking about everything would take too long: chosen by chance, the same for the
 * same seed.
 *
 * @param seed of the choice; print it in every assertion
 * @param oneDomainIn of so many domains one, for their hours and minutes and for their people
 * @param oneMessageIn of so many messages of all domains one, for their time lines
 */
public record Sample(long seed, int oneDomainIn, int oneMessageIn) {

    /** Everything. */
    public static final Sample ALL = new Sample(0, 1, 1);

    boolean hasDomain(String domain) {
        return isChosen(domain, oneDomainIn);
    }

    boolean hasMessage(String messageKey) {
        return isChosen(messageKey, oneMessageIn);
    }

    /** By name and not one after the other, so that it does not matter in which order is asked. */
    private boolean isChosen(String name, int oneIn) {
        return new SplittableRandom(seed * 31 + name.hashCode()).nextInt(oneIn) == 0;
    }
}
