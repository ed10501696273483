package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.Provider;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.ingest.access.Admission.Admitted;
import dev.mailtide.testkit.time.MovableTime;
import io.github.bucket4j.TimeMeter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {

    private static final String NEW = "new-secret-0123456789";
    private static final String OLD = "old-secret-0123456789";
    private static final String SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final SignedHeaders SIGNED = new SignedHeaders(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    private static final String PEER = "203.0.113.7";

    private final Meters meters = new Meters();
    private final MovableTime clock = new MovableTime(Instant.ofEpochSecond(1_614_265_330));
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void closeTheMeters() {
        meters.close();
    }

    @ParameterizedTest
    @CsvSource({
        "main, new-secret-0123456789, ",
        "main, old-secret-0123456789, ",
        "main, new-secret-012345678, WRONG_SECRET",
        "main, new-secret-01234567890, WRONG_SECRET",
        "main, NEW-secret-0123456789, WRONG_SECRET",
        "main, '', WRONG_SECRET",
        "main, , WRONG_SECRET",
        "MAIN, new-secret-0123456789, UNKNOWN_SOURCE",
        "other, new-secret-0123456789, UNKNOWN_SOURCE",
        "other, '', UNKNOWN_SOURCE",
        "other, , UNKNOWN_SOURCE"
    })
    void while_a_secret_is_rotated_the_new_and_the_old_one_are_good_and_no_other(
            String source, String secret, Denial denial) {
        try (Access access = access(rotating())) {
            assertThat(denialOf(access.admit(attempt(source, Optional.ofNullable(secret)))))
                    .isEqualTo(Optional.ofNullable(denial));
        }
    }

    @Test
    void which_secret_let_a_post_in_is_counted_by_source_and_a_wrong_one_is_not() {
        try (Access access = access(rotating(), source("quiet", OLD))) {
            admit(access, "main", NEW);
            admit(access, "main", NEW);
            admit(access, "main", OLD);
            admit(access, "main", "wrong-secret-0123456789");
            assertThat(used("main", "url", "current")).isEqualTo(2);
            assertThat(used("main", "url", "previous")).isEqualTo(1);
            assertThat(used("quiet", "url", "current")).isZero();
            assertThat(used("quiet", "url", "previous")).isZero();
        }
    }

    @Test
    void no_secret_is_good_for_a_source_that_has_none_and_does_not_sign() {
        Source bare = with(source("main", NEW), SecretPair.NONE, Optional.empty());
        try (Access access = access(bare)) {
            assertThat(admit(access, "main", "")).contains(Denial.WRONG_SECRET);
            assertThat(denialOf(access.admit(attempt("main", Optional.empty()))))
                    .contains(Denial.WRONG_SECRET);
        }
    }

    @Test
    void from_an_address_that_is_not_on_the_list_even_the_right_secret_is_not_tried() {
        Source listed = allowing(source("main", NEW), "203.0.113.0/24,2001:db8::/32");
        try (Access access = access(listed)) {
            assertThat(denialOf(access.admit(from("main", NEW, "203.0.113.7")))).isEmpty();
            assertThat(denialOf(access.admit(from("main", NEW, "::ffff:203.0.113.7"))))
                    .isEmpty();
            assertThat(denialOf(access.admit(from("main", NEW, "[2001:db8::1]"))))
                    .isEmpty();
            assertThat(denialOf(access.admit(from("main", NEW, "198.51.100.1"))))
                    .contains(Denial.ADDRESS_NOT_ALLOWED);
            assertThat(denialOf(access.admit(from("main", "wrong-secret-0123456789", "198.51.100.1"))))
                    .contains(Denial.ADDRESS_NOT_ALLOWED);
            assertThat(denialOf(access.admit(from("other", NEW, "198.51.100.1"))))
                    .contains(Denial.UNKNOWN_SOURCE);
            assertThat(used("main", "url", "current")).isEqualTo(3);
        }
    }

    @Test
    void what_a_proxy_says_counts_only_if_it_is_trusted_and_what_it_cannot_say_is_not_allowed() {
        Source listed = allowing(source("main", NEW), "203.0.113.0/24");
        AccessSettings settings = new AccessSettings(
                List.of(listed),
                Networks.parse("10.0.0.0/8").orElseThrow(),
                Duration.ofMinutes(5),
                Duration.ofSeconds(2));
        try (Access access = access(settings)) {
            assertThat(denialOf(access.admit(forwarded("10.1.1.1", "203.0.113.7"))))
                    .isEmpty();
            assertThat(denialOf(access.admit(forwarded("10.1.1.1", "203.0.113.7, 198.51.100.1"))))
                    .contains(Denial.ADDRESS_NOT_ALLOWED);
            assertThat(denialOf(access.admit(forwarded("10.1.1.1", "203.0.113.7, unknown"))))
                    .contains(Denial.ADDRESS_NOT_ALLOWED);
            assertThat(denialOf(access.admit(forwarded("198.51.100.1", "203.0.113.7"))))
                    .contains(Denial.ADDRESS_NOT_ALLOWED);
        }
    }

    @Test
    void without_a_list_nobody_asks_for_the_address() {
        try (Access access = access(source("main", NEW))) {
            assertThat(denialOf(access.admit(from("main", NEW, "no address at all"))))
                    .isEmpty();
        }
    }

    @Test
    void a_burst_is_let_in_and_then_the_rate_and_strangers_do_not_use_it_up() {
        try (Access access = access(limited(source("main", NEW), new RateLimit(2, 3)))) {
            for (int i = 0; i < 10; i++) {
                admit(access, "main", "wrong-secret-0123456789");
                access.probe(attempt("main", Optional.of(NEW)));
            }
            assertThat(admittedOf(access, 5)).isEqualTo(3);
            nanos.addAndGet(499_999_999);
            assertThat(admittedOf(access, 5)).isEqualTo(0);
            nanos.addAndGet(1);
            assertThat(admittedOf(access, 5)).isEqualTo(1);
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            assertThat(admittedOf(access, 5)).isEqualTo(3);
        }
    }

    @Test
    void without_a_rate_there_is_no_limit() {
        try (Access access = access(source("main", NEW))) {
            assertThat(admittedOf(access, 10_000)).isEqualTo(10_000);
        }
    }

    @Test
    void a_reload_that_leaves_the_rate_alone_is_no_way_to_a_second_burst() {
        Source limited = limited(source("main", NEW), new RateLimit(1, 3));
        try (Access access = access(limited)) {
            assertThat(admittedOf(access, 5)).isEqualTo(3);
            access.use(AccessSettings.of(List.of(limited, source("other", OLD))));
            assertThat(admittedOf(access, 5)).isEqualTo(0);
            access.use(AccessSettings.of(List.of(limited(limited, new RateLimit(1, 4)))));
            assertThat(admittedOf(access, 5)).isEqualTo(4);
            access.use(AccessSettings.of(List.of(source("main", NEW))));
            assertThat(admittedOf(access, 5)).isEqualTo(5);
        }
    }

    @Test
    void a_source_that_signs_may_leave_its_secret_out_and_its_signature_must_hold() {
        try (Access access = access(signing(source("main", NEW)))) {
            Admitted admitted = (Admitted) access.admit(attempt("main", Optional.empty()));
            assertThat(access.verify(admitted, Optional.of(SIGNED), BODY)).isEmpty();
            assertThat(access.verify(admitted, Optional.empty(), BODY)).contains(Denial.SIGNATURE_MISSING);
            assertThat(access.verify(admitted, Optional.of(SIGNED), new byte[1]))
                    .contains(Denial.SIGNATURE_WRONG);
            clock.move(Duration.ofSeconds(301));
            assertThat(access.verify(admitted, Optional.of(SIGNED), BODY)).contains(Denial.SIGNATURE_TIMESTAMP);
            assertThat(used("main", "signing", "current")).isEqualTo(1);
            assertThat(used("main", "signing", "previous")).isZero();
        }
    }

    @Test
    void a_source_that_signs_and_shows_a_secret_must_show_the_right_one() {
        try (Access access = access(signing(source("main", NEW)))) {
            assertThat(admit(access, "main", "wrong-secret-0123456789")).contains(Denial.WRONG_SECRET);
            assertThat(admit(access, "main", NEW)).isEmpty();
        }
    }

    @Test
    void a_source_that_signs_is_limited_once_it_is_known_to_be_it() {
        try (Access access = access(limited(signing(source("main", NEW)), new RateLimit(1, 2)))) {
            Admitted unknown = (Admitted) access.admit(attempt("main", Optional.empty()));
            for (int i = 0; i < 10; i++) {
                assertThat(access.verify(unknown, Optional.of(SIGNED), new byte[1]))
                        .contains(Denial.SIGNATURE_WRONG);
            }
            assertThat(access.verify(unknown, Optional.of(SIGNED), BODY)).isEmpty();
            Admitted known = (Admitted) access.admit(attempt("main", Optional.of(NEW)));
            assertThat(access.verify(known, Optional.of(SIGNED), BODY)).isEmpty();
            assertThat(access.verify(unknown, Optional.of(SIGNED), BODY)).contains(Denial.RATE_LIMITED);
        }
    }

    @Test
    void a_request_ends_under_the_settings_that_it_began_with() {
        try (Access access = access(signing(source("main", NEW)))) {
            Admitted admitted = (Admitted) access.admit(attempt("main", Optional.empty()));
            access.use(AccessSettings.of(List.of(source("other", OLD))));
            assertThat(access.knows("main")).isFalse();
            assertThat(access.verify(admitted, Optional.of(SIGNED), BODY)).isEmpty();
        }
    }

    private long admittedOf(Access access, int posts) {
        return IntStream.range(0, posts)
                .filter(post -> admit(access, "main", NEW).isEmpty())
                .count();
    }

    private Access access(Source... sources) {
        return access(AccessSettings.of(List.of(sources)));
    }

    private Access access(AccessSettings settings) {
        return Access.unchanging(settings, meters, clock, new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return nanos.get();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        });
    }

    private static Optional<Denial> admit(Access access, String source, String secret) {
        return denialOf(access.admit(attempt(source, Optional.of(secret))));
    }

    private static Optional<Denial> denialOf(Admission admission) {
        return admission instanceof Admission.Denied denied ? Optional.of(denied.denial()) : Optional.empty();
    }

    private static Attempt attempt(String source, Optional<String> secret) {
        return new Attempt(source, secret, PEER, List.of());
    }

    private static Attempt from(String source, String secret, String peer) {
        return new Attempt(source, Optional.of(secret), peer, List.of());
    }

    private static Attempt forwarded(String peer, String forwardedFor) {
        return new Attempt("main", Optional.of(NEW), peer, List.of(forwardedFor));
    }

    private static Source source(String name, String secret) {
        return Source.of(name, Provider.PAUBOX, new Secret(secret), 1_000_000);
    }

    private static Source rotating() {
        SecretPair both = new SecretPair(Optional.of(new Secret(NEW)), Optional.of(new Secret(OLD)));
        return with(source("main", NEW), both, Optional.empty());
    }

    private static Source signing(Source source) {
        SecretPair secret = new SecretPair(Optional.of(new Secret(SIGNING)), Optional.empty());
        return with(source, source.secrets(), Optional.of(secret));
    }

    private static Source with(Source source, SecretPair secrets, Optional<SecretPair> signing) {
        return new Source(
                source.name(),
                source.provider(),
                secrets,
                signing,
                source.allowFrom(),
                source.rate(),
                source.bodyBytesMax());
    }

    private static Source allowing(Source source, String networks) {
        Networks allowFrom = Networks.parse(networks).orElseThrow();
        return new Source(
                source.name(),
                source.provider(),
                source.secrets(),
                source.signing(),
                allowFrom,
                source.rate(),
                source.bodyBytesMax());
    }

    private static Source limited(Source source, RateLimit rate) {
        return new Source(
                source.name(),
                source.provider(),
                source.secrets(),
                source.signing(),
                source.allowFrom(),
                Optional.of(rate),
                source.bodyBytesMax());
    }

    private double used(String source, String kind, String secret) {
        String line = "mailtide_ingest_secret_used_total{kind=\"" + kind + "\",secret=\"" + secret + "\",source=\""
                + source + "\"} ";
        return Double.parseDouble(meters.scrape()
                .lines()
                .filter(metric -> metric.startsWith(line))
                .findFirst()
                .orElseThrow()
                .substring(line.length()));
    }
}
