package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SheetTest {
    @Test
    void an_answer_is_read_by_path_with_groups_under_their_name() throws JsonProcessingException {
        Sheet sheet = Sheet.of(new ObjectMapper().readTree("""
                {"asOf":"2026-04-18T20:27:26.001Z","stale":true,"messages":{"total":3,"pending":null},
                 "timeToOpen":{"cells":{"183":4}},
                 "recipientGroups":[{"group":"gmail","messages":{"total":2}}]}"""));

        assertThat(sheet.fields())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "messages.total", "3",
                        "messages.pending", "null",
                        "timeToOpen.cells.183", "4",
                        "recipientGroups[gmail].group", "gmail",
                        "recipientGroups[gmail].messages.total", "2"));
    }
}
