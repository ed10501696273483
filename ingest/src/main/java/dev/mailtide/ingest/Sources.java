package dev.mailtide.ingest;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.settings.Secret;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who may post. Neither an unknown name nor a wrong secret can be told by the time that the answer takes. */
final class Sources {

    /** Compared with when the source is unknown, so that this takes as long as a wrong secret. */
    private static final Source NOBODY = new Source("nobody", Provider.PAUBOX, new Secret("no-source-has-this-secret"));

    private final Map<String, Source> byName;

    Sources(List<Source> sources) {
        this.byName = sources.stream().collect(Collectors.toUnmodifiableMap(Source::name, Function.identity()));
    }

    /** Whether someone of this name may post at all. */
    boolean knows(String name) {
        return byName.containsKey(name);
    }

    Admission admit(String name, String secret) {
        Source source = byName.getOrDefault(name, NOBODY);
        boolean matches = source.secret().matches(secret);
        if (!knows(name)) {
            return new Admission.Denied(Refusal.UNKNOWN_SOURCE);
        }
        return matches ? new Admission.Admitted(source) : new Admission.Denied(Refusal.WRONG_SECRET);
    }

    /** Whether a request may post. */
    sealed interface Admission {

        /** It may, as this source. */
        record Admitted(Source source) implements Admission {}

        /** It may not. */
        record Denied(Refusal refusal) implements Admission {}
    }
}
