package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.aggregate.DomainQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DomainListTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EARLY = "2026-04-18T20:00:00.000Z";
    private static final String LATE = "2026-04-18T20:00:01.000Z";

    @Test
    void pages_of_several_instances_become_one_by_name() throws Exception {
        String first = part("[0,2]", LATE, "null", "a.example", "c.example");
        String second = part("[1,3]", LATE, "null", "b.example");
        assertThat(page(10, first, second))
                .isEqualTo(expected(LATE, "", "null", "a.example", "b.example", "c.example"));
    }

    @Test
    void a_page_ends_where_it_is_full_and_says_so() throws Exception {
        String first = part("[0,2]", LATE, "null", "a.example", "c.example");
        String second = part("[1,3]", LATE, "null", "b.example");
        assertThat(page(2, first, second)).isEqualTo(expected(LATE, "", "\"b.example\"", "a.example", "b.example"));
    }

    @Test
    void a_full_page_goes_on_if_only_one_part_does() throws Exception {
        String first = part("[0,2]", LATE, "\"b.example\"", "a.example", "b.example");
        String second = part("[1,3]", LATE, "null");
        assertThat(page(2, first, second)).isEqualTo(expected(LATE, "", "\"b.example\"", "a.example", "b.example"));
    }

    @Test
    void a_partition_that_nobody_has_read_makes_it_partial() throws Exception {
        assertThat(page(10, part("[0,1,3]", LATE, "null", "a.example")))
                .isEqualTo(expected(LATE, "\"partial\":true,", "null", "a.example"));
    }

    @Test
    void it_is_as_old_as_its_oldest_part_and_as_stale() throws Exception {
        String first = part("[0,2]", LATE, "null", "a.example");
        String second = part("[1,3]", EARLY, "null").replace("\"domains\"", "\"stale\":true,\"domains\"");
        assertThat(page(10, first, second)).isEqualTo(expected(EARLY, "\"stale\":true,", "null", "a.example"));
    }

    @Test
    void a_domain_that_two_have_while_it_moves_stands_there_once_as_the_first_has_it() throws Exception {
        String first = part("[0,1,2]", LATE, "null", "a.example").replace("{\"domain\"", "{\"n\":1,\"domain\"");
        String second = part("[2,3]", LATE, "null", "a.example").replace("{\"domain\"", "{\"n\":2,\"domain\"");
        assertThat(page(10, first, second).at("/domains"))
                .isEqualTo(JSON.readTree("[{\"n\":1,\"domain\":\"a.example\"}]"));
    }

    @Test
    void pages_in_another_order_become_one_in_that_order_and_the_rank_is_not_shown() throws Exception {
        String first = ranked("[0,2]", "\"c.example\"", "c.example", 9, "a.example", 3);
        String second = ranked("[1,3]", "null", "d.example", 9, "b.example", 5);
        ObjectNode page = page(3, first, second);
        assertThat(page).isEqualTo(expected(LATE, "", "\"b.example\"", "c.example", "d.example", "b.example"));
    }

    private static String ranked(String partitions, String next, String one, int rank, String other, int otherRank) {
        return part(partitions, LATE, next, one, other)
                .replace("\"" + one + "\"}", "\"" + one + "\",\"rank\":" + rank + "}")
                .replace("\"" + other + "\"}", "\"" + other + "\",\"rank\":" + otherRank + "}");
    }

    private static ObjectNode page(int limit, String... parts) throws Exception {
        List<ObjectNode> all = new ArrayList<>();
        for (String part : parts) {
            all.add((ObjectNode) JSON.readTree(part));
        }
        return DomainList.of(all, limit, 4, DomainQuery.Place::name);
    }

    private static String part(String partitions, String asOf, String next, String... domains) {
        return "{\"partitions\":" + partitions + ",\"asOf\":\"" + asOf + "\",\"domains\":" + list(domains)
                + ",\"nextCursor\":" + next + "}";
    }

    private static ObjectNode expected(String asOf, String marks, String next, String... domains) throws Exception {
        return (ObjectNode) JSON.readTree("{\"asOf\":\"" + asOf + "\"," + marks + "\"domains\":" + list(domains)
                + ",\"nextCursor\":" + next + "}");
    }

    private static String list(String... domains) {
        return List.of(domains).stream()
                .map(domain -> "{\"domain\":\"" + domain + "\"}")
                .toList()
                .toString();
    }
}
