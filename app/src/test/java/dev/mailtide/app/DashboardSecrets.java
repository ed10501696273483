package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What stands nowhere: a token, and an address of whoever was looked for. */
interface DashboardSecrets {

    DashboardStage stage();

    @Test
    default void a_token_opens_the_dashboard_and_is_kept_nowhere_that_a_script_can_read() {
        Browser browser = stage().browser;
        stage().signOut();
        browser.find("#token").sendKeys("mt_" + "x".repeat(43) + Keys.ENTER);
        browser.awaitText(".login", "This token opens nothing here");
        assertThat(browser.complaints()).hasSize(1).allMatch(complaint -> complaint.contains("401"));
        browser.find("#token").clear();
        stage().signIn(stage().token());
        browser.awaitLoaded();
        assertThat(browser.run(
                        "return document.cookie + location.href + JSON.stringify({...localStorage, ...sessionStorage})"
                                + " + document.documentElement.outerHTML"))
                .asString()
                .doesNotContain(stage().token());
    }

    /** In no URL of a request or of the history, in no Referer, and in nothing that outlives the page. */
    @Test
    default void an_address_that_was_looked_for_stands_nowhere() {
        Browser browser = stage().browser;
        stage().show("#/messages");
        browser.find("#field-domain").sendKeys("clinic.example");
        browser.find("#field-address").sendKeys("jo@gmail.com" + Keys.ENTER);
        await().atMost(DashboardStage.SOON).until(() -> browser.isThere(".result table, .result .quiet"));
        browser.awaitText(".result", "jo@gmail.com");
        assertThat(browser.url()).endsWith("#/messages?domain=clinic.example");
        browser.find(".result tbody a").click();
        browser.awaitText("h1", "Message");
        stage().show("#/domains/clinic.example");
        browser.find("#check-address").sendKeys("jo@gmail.com" + Keys.ENTER);
        browser.awaitText(".notice", "jo@gmail.com");
        stage().show("#/");
        browser.find("input[type=search]").sendKeys("person-3@gmail.com");
        browser.awaitText(".field-problem", "A domain, please");
        browser.go(stage().url);
        browser.awaitLoaded();
        assertThat(browser.history())
                .hasSizeGreaterThan(4)
                .noneMatch(entry -> entry.contains("person-3") || entry.contains("gmail"));
        assertThat(browser.requests())
                .hasSizeGreaterThan(20)
                .noneMatch(request ->
                        request.url().contains("gmail") || request.url().contains("person-3"))
                .allMatch(request -> request.referer().isEmpty());
        assertThat(browser.run("return JSON.stringify({...localStorage, ...sessionStorage}) + document.cookie"
                        + " + document.title + window.name + JSON.stringify(history.state)"))
                .asString()
                .doesNotContain("gmail");
    }

    @Test
    default void an_address_in_a_url_is_asked_for_nowhere_and_the_page_is_shown() {
        Browser browser = stage().browser;
        stage().show("#/?search=jo@nowhere.example&range=7d");
        browser.awaitText(".tile:first-child", "7 days");
        assertThat(browser.run("return document.querySelector('[name=search]').value"))
                .isEqualTo("");
        stage().show("#/domains/clinic.example?range=jo%40nowhere.example");
        browser.awaitText(".tile:first-child", "24 h");
        assertThat(browser.requests())
                .hasSizeGreaterThan(5)
                .noneMatch(request -> request.url().contains("nowhere"));
    }

    @Test
    default void an_address_where_a_domain_belongs_is_asked_for_nowhere() {
        Browser browser = stage().browser;
        stage().show("#/messages");
        browser.find("#field-domain").sendKeys("jo@clinic.example");
        browser.find("#field-message-id").sendKeys("m-1" + Keys.ENTER);
        browser.awaitText(".result", "The sender domain is what stands behind the @");
        assertThat(browser.url()).endsWith("#/messages");
        assertThat(browser.requests())
                .noneMatch(request ->
                        request.url().contains("jo@") || request.url().contains("jo%40"));
    }
}
