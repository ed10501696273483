package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoreReportTest {

    @Test
    void a_restore_is_what_a_start_without_the_state_takes_longer_for_a_million_messages() {
        RestorePlan plan = new RestorePlan(200_000, 2, 1_024, List.of(), Map.of(), Path.of("."));
        RestoreReport.Seconds seconds = new RestoreReport.Seconds(4, 10, 1.5);
        CountedEvents.Found found = new CountedEvents.Found(400_000, 400_000, 400_000);
        Session.Result result = new RestoreReport(plan, seconds, 80_000_000, found, 0).result();
        assertThat(result.isVerified()).isTrue();
        assertThat(result.json().at("/runs/0"))
                .hasToString("{\"name\":\"ledger\",\"unit\":\"s per million messages\",\"value\":30.0,\"limit\":7.5,"
                        + "\"ratio\":0.25}");
        assertThat(result.json().get("stateBytesPerMessage").longValue()).isEqualTo(400);
    }

    @Test
    void it_is_not_verified_if_the_restored_processor_took_a_message_for_a_new_one() {
        RestorePlan plan = new RestorePlan(200, 1, 1_024, List.of(), Map.of(), Path.of("."));
        CountedEvents.Found found = new CountedEvents.Found(201, 200, 200);
        assertThat(new RestoreReport(plan, new RestoreReport.Seconds(1, 2, 1), 0, found, 0)
                        .result()
                        .isVerified())
                .isFalse();
    }
}
