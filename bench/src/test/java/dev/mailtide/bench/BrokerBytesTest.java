package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerBytesTest {

    private static final BrokerBytes BEFORE = new BrokerBytes(Map.of("raw", 50L, "events", 10L));
    private static final BrokerBytes AFTER =
            new BrokerBytes(Map.of("raw", 150L, "events", 130L, "domain.a", 20L, "domain.b", 30L));

    @Test
    void what_was_written_meanwhile_is_told_for_each_byte_of_the_raw_topic() {
        BrokerBytes meanwhile = AFTER.since(BEFORE);
        assertThat(meanwhile.perByteOf("raw")).isEqualTo(2.7);
        assertThat(meanwhile.eachPerByteOf("raw", "domain."))
                .isEqualTo(Map.of("raw", 1.0, "events", 1.2, "domain.*", 0.5));
    }

    @Test
    void what_was_written_in_several_rounds_adds_up() {
        BrokerBytes twice = AFTER.since(BEFORE).plus(AFTER.since(BEFORE));
        assertThat(twice.byTopic()).isEqualTo(Map.of("raw", 200L, "events", 240L, "domain.a", 40L, "domain.b", 60L));
    }
}
