package dev.mailtide.processor.fanout;

import static dev.mailtide.processor.fanout.FanOuts.overflow;
import static dev.mailtide.processor.fanout.FanOuts.own;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.fanout.DomainRoutes.Ordered;
import dev.mailtide.testkit.fault.BrokerChild;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many domains at once, over two instances, with room for a few own topics. The nightly run has ten thousand of them. */
class ManyDomainsTest {

    private static final int DOMAINS = Integer.getInteger("mailtide.fan.out.domains", 2_000);
    private static final int CAP = DOMAINS / 20;

    @TempDir
    Path folder;

    @Test
    void the_cap_holds_over_two_instances_and_every_event_stands_in_one_place_also_over_a_raised_cap_and_a_move()
            throws Exception {
        try (BrokerChild broker = new BrokerChild(folder.resolve("kafka"), EmbeddedBroker.freePort());
                FanOuts fanOuts = new FanOuts(broker.access(), folder)) {
            FanOutApplication one = fanOuts.start("one", FanOutSettings.upTo(CAP));
            FanOutApplication two = fanOuts.start("two", FanOutSettings.upTo(CAP));
            List<String> domains = IntStream.range(0, DOMAINS)
                    .mapToObj(n -> "domain-" + n + ".example")
                    .toList();
            fanOuts.publish(domains, "m-1");

            fanOuts.awaitAll();
            assertThat(fanOuts.ownTopics()).hasSize(CAP);
            SortedMap<String, Route> routes = fanOuts.routes();
            assertThat(routes).hasSize(DOMAINS);
            String moved = domains.stream()
                    .filter(domain -> Optional.ofNullable(routes.get(domain))
                            .filter(row -> row.reason() == RouteReason.CAP)
                            .isPresent())
                    .findFirst()
                    .orElseThrow();

            fanOuts.stop(one);
            fanOuts.stop(two);
            fanOuts.start("one", FanOutSettings.upTo(CAP + 1));
            fanOuts.start("two", FanOutSettings.upTo(CAP + 1));
            fanOuts.publish(domains.subList(0, DOMAINS / 5), "m-2");
            Ordered ordered = fanOuts.orders().order(new SenderDomain(moved), RouteKind.OWN, Duration.ofSeconds(60));
            fanOuts.publish(List.of(moved), "m-3");

            SortedMap<String, List<String>> standing = fanOuts.awaitAll();
            assertThat(ordered).isEqualTo(Ordered.DONE);
            assertThat(standing.get(moved + "/m-1")).containsExactly(overflow());
            assertThat(standing.get(moved + "/m-3")).containsExactly(own(moved));
            assertThat(fanOuts.ownTopics()).hasSize(CAP + 1);
            assertThat(fanOuts.gaveUp).isEmpty();
        }
    }
}
