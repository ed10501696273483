package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

    private final Verdict verdict = new Verdict();

    @Test
    void it_holds_when_the_topic_has_exactly_what_was_answered() {
        verdict.posted(slice(10, 0, 0));
        verdict.posted(slice(5, 0, 0));
        verdict.produced(slice(7, 0, 0));
        assertThat(verdict.check(15, 7).holds()).isTrue();
        assertThat(verdict.check(14, 7).holds())
                .as("an answered one is missing")
                .isFalse();
        assertThat(verdict.check(16, 7).holds()).as("one that nobody sent").isFalse();
        assertThat(verdict.check(15, 6).holds()).as("an acked one is missing").isFalse();
    }

    @Test
    void what_was_refused_or_never_answered_may_be_there_or_not() {
        verdict.posted(slice(10, 2, 1));
        assertThat(verdict.check(10, 0).holds()).isTrue();
        assertThat(verdict.check(13, 0).holds()).isTrue();
        assertThat(verdict.check(9, 0).holds()).isFalse();
        assertThat(verdict.check(14, 0).holds()).isFalse();
    }

    private static Slice slice(long acked, long refused, long unanswered) {
        return new Slice(acked, 1, 1, 1, 1, acked, refused, unanswered);
    }
}
