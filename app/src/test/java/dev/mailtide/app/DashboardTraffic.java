package dev.mailtide.app;

import dev.mailtide.testkit.fixture.PauboxBodies;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A day of mail of a few sender domains, one of them in trouble with one mailbox provider: the same each time. */
final class DashboardTraffic {

    private static final List<String> PROVIDERS =
            List.of("outlook.com", "gmail.com", "gmail.com", "yahoo.com", "practice.example", "hotmail.com");
    private static final String IN_TROUBLE = "clinic.example";

    static final String STORY = "visit-summary-4711@clinic.example";

    private final Random random = new Random(7);
    private final Instant now;
    private final List<String> bodies = new ArrayList<>();

    private DashboardTraffic(Instant now) {
        this.now = now.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The bodies of a day that ends now. */
    static List<String> of(Instant now) {
        DashboardTraffic traffic = new DashboardTraffic(now);
        traffic.domain("billing.example", 1_800, 0.004);
        traffic.domain("news.northside.example", 700, 0.043);
        traffic.domain(IN_TROUBLE, 900, 0.01);
        traffic.domain("lab.example", 240, 0.008);
        traffic.domain("appointments.a-long-name-of-a-department-that-nobody-shortens.regional.example", 160, 0.012);
        traffic.domain("tiny.example", 12, 0.09);
        traffic.story();
        return List.copyOf(traffic.bodies);
    }

    /** A message that has seen something: it is delivered after a soft bounce, and read. */
    private void story() {
        String from = "office@" + IN_TROUBLE;
        Instant sent = now.minus(Duration.ofHours(5));
        bodies.add(PauboxBodies.softBounced(STORY, from, "jo@gmail.com", sent.toString()));
        bodies.add(PauboxBodies.delivered(
                STORY, from, "jo@gmail.com", sent.plusSeconds(754).toString()));
        bodies.add(PauboxBodies.opened(
                STORY, from, "jo@gmail.com", sent.plusSeconds(2_912).toString()));
    }

    private void domain(String domain, int messages, double hardShare) {
        for (int i = 0; i < messages; i++) {
            String provider = PROVIDERS.get(random.nextInt(PROVIDERS.size()));
            message(
                    domain,
                    "m-" + i + "@" + domain,
                    "person-" + i + "@" + provider,
                    shareAt(domain, provider, hardShare));
        }
    }

    private static double shareAt(String domain, String provider, double hardShare) {
        boolean isRefused = domain.equals(IN_TROUBLE) && provider.equals("outlook.com");
        return isRefused ? 0.42 : hardShare;
    }

    private void message(String domain, String id, String recipient, double hardShare) {
        String from = "office@" + domain;
        Instant sent = now.minus(Duration.ofSeconds(random.nextInt(90, 79_000)));
        if (random.nextDouble() < hardShare) {
            bodies.add(PauboxBodies.hardBounced(id, from, recipient, sent.toString()));
            return;
        }
        if (random.nextDouble() < 0.03) {
            bodies.add(PauboxBodies.softBounced(id, from, recipient, sent.toString()));
            if (random.nextDouble() < 0.3) {
                return;
            }
        }
        bodies.add(
                PauboxBodies.delivered(id, from, recipient, sent.plusSeconds(4).toString()));
        Instant opened = sent.plusSeconds(random.nextInt(20, 9_000));
        if (random.nextDouble() < 0.4 && opened.isBefore(now)) {
            bodies.add(PauboxBodies.opened(id, from, recipient, opened.toString()));
        }
    }
}
