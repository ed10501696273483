package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.testkit.fixture.PauboxBodies;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not known, not whole, or not fresh is never shown as if it were; answers that are hard to come by are made up. */
interface DashboardDoubts {

    String FAILS = "() => Promise.reject(new Error('made up'))";

    DashboardStage stage();

    /** Until the page is loaded anew, this function of URL, options and the real fetch answers what begins with this path. */
    private void answers(String path, String function) {
        stage().browser
                .run(
                        "const [path] = arguments, ask = window.fetch, answer = " + function + ";"
                                + " window.fetch = (url, options) =>"
                                + " String(url).startsWith(path) ? answer(url, options, ask) : ask(url, options)",
                        path);
    }

    @Test
    default void an_empty_page_that_goes_on_does_not_say_that_there_is_none() {
        Browser browser = stage().browser;
        String empty = "(url) => Promise.resolve(new Response(JSON.stringify({asOf: new Date(), events: [],"
                + " suppressions: [], nextCursor: url.includes('cursor=later') ? null : 'later'})))";
        answers("/v1/suppressions?", empty);
        answers("/v1/events?", empty);
        stage().show("#/domains/clinic.example");
        assertThat(browser.text("#main"))
                .contains("None up to here; the list goes on.")
                .doesNotContain("Nobody: no hard bounce", "No such event is kept.");
        browser.find("[data-key=suppressions-next]").click();
        browser.find("[data-key=events-next]").click();
        browser.awaitText("#main", "None on this page, which is the last one.First");
        browser.awaitText("#main", "None on this page, which is the last one.Newest");
    }

    @Test
    default void without_the_limits_nobody_is_said_to_be_below_them() {
        Browser browser = stage().browser;
        browser.blocks(List.of("*/v1/definitions"));
        browser.go("about:blank");
        browser.go(stage().url);
        browser.awaitText(".trouble", "The limits are not known now");
        browser.awaitText("#status", "1 not answered");
        browser.blocks(List.of());
        browser.awaitText(".trouble.critical", "clinic.example");
        browser.awaitText(".limit-words", "limits 2 % and 5 %");
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("ERR_BLOCKED_BY_CLIENT"));
    }

    @Test
    default void who_could_not_be_asked_is_not_said_to_be_below_a_limit() {
        Browser browser = stage().browser;
        stage().show("#/messages");
        answers("/v1/domains/billing.example/series", FAILS);
        stage().show("#/?search=billing");
        browser.awaitText(".trouble", "Whether 1 of 1 listed domain is above a limit is not known now");
        assertThat(browser.text(".trouble")).doesNotContain("✓");
    }

    @Test
    default void a_list_from_which_something_is_missing_is_not_called_all_domains() {
        Browser browser = stage().browser;
        browser.run("HTMLAnchorElement.prototype.click = () => {}");
        stage().show("#/messages");
        answers(
                "/v1/domains?sort",
                "async (url, options, ask) => { const answer = await ask(url, options), isCsv = options.headers.Accept === 'text/csv';"
                        + " return isCsv ? new Response(await answer.text(), {headers: {'Mailtide-Partial': 'true', 'Mailtide-Stale': 'true'}})"
                        + " : new Response(JSON.stringify({...await answer.json(), partial: true})); }");
        stage().show("#/?search=billing");
        browser.awaitText(".scope", "Only 1 domain, of the instances that have answered");
        assertThat(browser.text(".trouble")).contains("missing from the list").doesNotContain("✓");
        browser.run("Array.from(document.querySelectorAll('button'))"
                + ".find(button => button.textContent === 'Save as CSV').click()");
        browser.awaitText(".note", "CSV: 1 domain, since counting began. ▲ Not every instance has answered");
        browser.awaitText(".note", "▲ Its numbers are not fresh.");
    }

    @Test
    default void what_is_reported_is_0_in_a_quiet_span_and_not_unreported() {
        LocalDate quiet = LocalDate.now(ZoneOffset.UTC).minusDays(10);
        stage().show("#/domains/clinic.example?range=custom&from=" + quiet + "&to=" + quiet);
        assertThat(stage().browser.text(".tile:nth-child(4) .tile-value")).isEqualTo("0");
    }

    @Test
    default void a_range_that_begins_before_what_is_kept_says_since_when() {
        Browser browser = stage().browser;
        stage().show("#/?range=custom&from=2010-01-01&to=" + LocalDate.now(ZoneOffset.UTC));
        browser.awaitText(".notice", "The range is not whole: numbers of each day are kept from");
        stage().show("#/domains/clinic.example?range=custom&from=2010-01-01&to=2010-12-31");
        browser.awaitText(".notice", "Nothing of this range is kept any more");
        assertThat(browser.text(".tile")).isEmpty();
    }

    @Test
    default void numbers_of_one_domain_never_stand_under_the_name_of_another() {
        Browser browser = stage().browser;
        stage().show("#/?domain=clinic.example");
        browser.awaitText("#main h2", "Recipient providers of clinic.example");
        answers("/v1/domains/lab.example", FAILS);
        stage().show("#/?domain=lab.example");
        browser.awaitText(".scope", "The domain lab.example");
        browser.awaitText("#main h2", "Recipient providers of lab.example");
        assertThat(browser.isThere("[aria-label^='Recipient providers of clinic.example']"))
                .isFalse();
        assertThat(browser.text(".tile")).isEmpty();
    }

    @Test
    default void a_search_says_how_fresh_it_is_and_gives_way_to_a_later_one() {
        Browser browser = stage().browser;
        stage().show("#/messages");
        answers(
                "/v1/events/search",
                "async (url, options, ask) =>"
                        + " new Response(JSON.stringify({...await (await ask(url, options)).json(), stale: true}))");
        answers(
                "/v1/events/search",
                "async (url, options, ask) => { if (options.body.includes('person-3@')) {"
                        + " await new Promise(later => { window.answerFirst = later; }); }"
                        + " return ask(url, options); }");
        search("person-3@gmail.com");
        search("jo@gmail.com");
        browser.awaitText(".result", "and not fresher");
        browser.awaitText(".result", "As of ");
        browser.run("window.answerFirst()");
        await().atMost(DashboardStage.SOON)
                .until(() -> browser.run("return performance.getEntriesByType('resource')"
                                + ".filter(one => one.name.endsWith('/v1/events/search')).length")
                        .equals(2L));
        browser.runAsync("setTimeout(arguments[0], 100, '')");
        assertThat(browser.text(".result")).contains("jo@gmail.com").doesNotContain("person-3");
    }

    private void search(String address) {
        stage().browser
                .run(
                        "document.querySelector('#field-domain').value = 'clinic.example';"
                                + " document.querySelector('#field-address').value = arguments[0];"
                                + " document.querySelector('.search-form button').click()",
                        address);
    }

    @Test
    default void a_source_whose_last_post_was_refused_does_not_look_well() throws Exception {
        Browser browser = stage().browser;
        assertThat(stage().up.postWithWrongSecret()).isEqualTo(401);
        stage().show("#/sources");
        String sources = "[aria-label='Sources, by name'] tbody";
        browser.awaitText(sources, "▲ last post refused: wrong-secret");
        browser.awaitText("#status", "the last post of 1 of 1 sources was refused");
        String time = Instant.now().minusSeconds(5).toString();
        stage().post(PauboxBodies.delivered("well-again", "a@tiny.example", "b@gmail.com", time));
        browser.awaitText(sources, "✓ heard of");
    }
}
