package dev.mailtide.app;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The system's Chromium, without a window, as a person uses it; and what it has to complain about. */
final class Browser implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);

    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final String AXE = "/axe.min.js";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Why there is none; nothing if there is one. */
    static Optional<String> whyNot() {
        boolean isThere = BROWSERS.stream().anyMatch(Files::isExecutable) && Files.isExecutable(DRIVER);
        return isThere
                ? Optional.empty()
                : Optional.of("no Chromium with its driver: apt-get install chromium chromium-driver");
    }

    static Browser open() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--lang=en-US",
                "--window-size=1280,900");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    void go(String url) {
        driver.get(url);
    }

    /** Another page of the dashboard, which does not load anew. */
    void goTo(String hash) {
        runAsync(
                "const [hash, done] = arguments;"
                        + " if (location.hash === hash) { done(''); }"
                        + " else { addEventListener('hashchange', () => setTimeout(() => done('')), {once: true}); location.hash = hash; }",
                hash);
    }

    /** Opens so many more tabs with this URL, one in front of the other; the last one is looked at. */
    void openTabs(int number, String url) {
        for (int i = 0; i < number; i++) {
            driver.switchTo().newWindow(WindowType.TAB);
            driver.get(url);
        }
    }

    /** Closes all tabs but the first. */
    void closeTabs() {
        List<String> tabs = new ArrayList<>(driver.getWindowHandles());
        for (String tab : tabs.subList(1, tabs.size())) {
            driver.switchTo().window(tab);
            driver.close();
        }
        driver.switchTo().window(tabs.get(0));
    }

    /** As with the button of the browser. */
    void back() {
        driver.navigate().back();
    }

    /** The URLs of all that the button for going back could lead to, and of where it is. */
    List<String> history() {
        List<String> urls = new ArrayList<>();
        Object entries =
                driver.executeCdpCommand("Page.getNavigationHistory", Map.of()).get("entries");
        for (Object entry : (List<?>) Objects.requireNonNull(entries)) {
            urls.add(String.valueOf(((Map<?, ?>) entry).get("url")));
        }
        return urls;
    }

    String url() {
        return String.valueOf(driver.getCurrentUrl());
    }

    /** Acts like a screen of so many pixels, and like a system that is set to dark or light colours. */
    void becomes(int width, int height, String theme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** Requests for what these patterns match get no answer from now on; none: all do. */
    void blocks(List<String> patterns) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setBlockedURLs", Map.of("urls", patterns));
    }

    Object run(String script, Object... arguments) {
        return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    Object runAsync(String script, Object... arguments) {
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
        return Objects.requireNonNullElse(driver.executeAsyncScript(script, arguments), "");
    }

    WebElement find(String selector) {
        return await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> driver.findElement(By.cssSelector(selector)), WebElement::isDisplayed);
    }

    /** Whether it is there now. */
    boolean isThere(String selector) {
        return !driver.findElements(By.cssSelector(selector)).isEmpty();
    }

    WebElement hidden(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /** Presses a key where the focus is, and gives back where it is then. */
    WebElement press(Keys key) {
        new Actions(driver).sendKeys(key).perform();
        return driver.switchTo().activeElement();
    }

    String text(String selector) {
        String script = "return Array.from(document.querySelectorAll(arguments[0]), e => e.textContent).join('\\n')";
        return String.valueOf(run(script, selector)).replace('\u00a0', ' ');
    }

    void awaitText(String selector, String part) {
        await().atMost(SOON).until(() -> text(selector), text -> text.contains(part));
    }

    /** Waits until the page has its answers, and shows them. */
    void awaitLoaded() {
        await().atMost(SOON)
                .until(() -> run("return document.querySelector('#main h1') !== null"
                                + " && !document.querySelector('#main').textContent.includes('Loading…')"
                                + " && !document.querySelector('#status').textContent.includes('Asking…')")
                        .equals(true));
    }

    /** The whole page, down to the given number of pixels. */
    byte[] picture(int heightMax) {
        long height = Math.min(heightMax, ((Number) run("return document.documentElement.scrollHeight")).longValue());
        long width = ((Number) run("return window.innerWidth")).longValue();
        Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        Map<String, Object> shot = driver.executeCdpCommand(
                "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
        return Base64.getDecoder().decode(String.valueOf(shot.get("data")));
    }

    /** What axe-core finds wrong on the page as it is now, a line for each. */
    @SuppressWarnings("unchecked")
    List<String> barriers() {
        if (!run("return typeof window.axe").equals("object")) {
            driver.executeScript(axe());
        }
        Object found = runAsync(
                "const done = arguments[0];"
                        + "axe.run(document, {resultTypes: ['violations']}).then(result => done(result.violations.map(one =>"
                        + " one.id + ': ' + one.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))));");
        return (List<String>) found;
    }

    private static String axe() {
        try (InputStream in = Browser.class.getResourceAsStream(AXE)) {
            return new String(Objects.requireNonNull(in, AXE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that the console holds since it was asked last: errors, warnings, refusals by the page's policy. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        driver.manage()
                .logs()
                .get(LogType.BROWSER)
                .forEach(entry -> complaints.add(entry.getLevel() + " " + entry.getMessage()));
        return complaints;
    }

    /**
     * A request that was sent.
     *
     * @param referer empty if it says nothing of where it comes from
     */
    record Sent(String url, String referer) {}

    /** All requests since they were asked for last. */
    List<Sent> requests() {
        List<Sent> requests = new ArrayList<>();
        driver.manage()
                .logs()
                .get(LogType.PERFORMANCE)
                .forEach(entry -> sent(entry.getMessage()).ifPresent(requests::add));
        return requests;
    }

    private static Optional<Sent> sent(String entry) {
        try {
            JsonNode message = JSON.readTree(entry).path("message");
            boolean isRequest = message.path("method").asText().equals("Network.requestWillBeSent");
            JsonNode request = message.at("/params/request");
            return isRequest
                    ? Optional.of(new Sent(
                            request.path("url").asText(),
                            request.at("/headers/Referer").asText()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
