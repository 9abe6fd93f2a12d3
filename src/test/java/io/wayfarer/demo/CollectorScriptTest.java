package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The collector script on a site that is not ours, in a real browser, against an endpoint that writes down what it gets. */
class CollectorScriptTest extends InBrowser {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Received(String contentType, String cookie, JsonNode body) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile int answer = 200;
    private volatile String attributes = "";
    private HttpServer site;
    private Page page;

    @BeforeEach
    void openSite() throws IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.setExecutor(Executors.newCachedThreadPool());
        site.createContext("/v1/batch", exchange -> {
            received.add(new Received(
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Cookie"),
                    JSON.readTree(exchange.getRequestBody())));
            reply(exchange, answer, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        });
        site.createContext("/collector.js", exchange -> reply(exchange, 200, "text/javascript", script()));
        site.createContext("/", exchange -> {
            var html = "<!doctype html><html lang=en><title>"
                    + exchange.getRequestURI().getPath() + "</title>"
                    + "<script>(window.wayfarer = []).push(['track', 'Early Bird', {}])</script>"
                    + "<script src=/collector.js data-write-key=the-key " + attributes + " defer></script>";
            reply(exchange, 200, "text/html", html.getBytes(StandardCharsets.UTF_8));
        });
        site.start();
        page = visitor.newPage();
    }

    @AfterEach
    void closeSite() {
        site.stop(0);
    }

    private static void reply(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static byte[] script() throws IOException {
        try (var file = CollectorScriptTest.class.getResourceAsStream("/static/collector.js")) {
            return file.readAllBytes();
        }
    }

    private void visit(String path) {
        page.navigate("http://localhost:" + site.getAddress().getPort() + path);
        page.waitForFunction("window.wayfarer && !Array.isArray(window.wayfarer)");
    }

    private List<JsonNode> messages() {
        return received.stream()
                .flatMap(one -> StreamSupport.stream(one.body().get("batch").spliterator(), false))
                .toList();
    }

    private List<String> names() {
        return messages().stream()
                .map(message ->
                        message.path("event").asText(message.path("type").asText()))
                .distinct()
                .toList();
    }

    private void awaitNames(String... names) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(names()).contains(names));
    }

    private Object stored() {
        return page.evaluate(
                "JSON.stringify([document.cookie, Object.keys(localStorage).sort(), sessionStorage.length])");
    }

    @Test
    void the_script_is_smaller_than_three_kilobytes_compressed() throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(script());
        }
        assertThat(compressed.size()).isLessThan(3 * 1024);
    }

    @Test
    void before_consent_nothing_is_sent_and_nothing_is_stored() {
        visit("/one");
        page.evaluate("wayfarer.track('Product Viewed', {}); wayfarer.identify('u1', {}); wayfarer.flush()");
        visit("/two");
        page.waitForTimeout(1500);

        assertThat(received).isEmpty();
        assertThat(stored()).isEqualTo("[\"\",[],0]");
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("unasked");
    }

    @Test
    void with_consent_a_page_view_is_sent_as_text_with_the_write_key_and_without_cookies() {
        visit("/one");
        page.evaluate("document.cookie = 'session=secret'; wayfarer.consent(true)");
        awaitNames("page");

        var call = received.get(0);
        assertThat(call.contentType()).startsWith("text/plain");
        assertThat(call.cookie()).isNull();
        assertThat(call.body().path("writeKey").asText()).isEqualTo("the-key");
        assertThat(call.body().path("sentAt").asText()).endsWith("Z");
        var message = messages().get(0);
        assertThat(message.path("properties").path("path").asText()).isEqualTo("/one");
        assertThat(message.path("anonymousId").asText()).hasSize(36);
        assertThat(message.path("messageId").asText()).hasSize(36);
        assertThat(message.path("context").path("timezone").asText()).isEqualTo("Europe/Berlin");
        assertThat(message.path("context").path("locale").asText()).isEqualTo("en");
    }

    @Test
    void a_page_that_is_left_tells_how_long_it_was_in_sight() {
        attributes = "data-consent=given";
        visit("/one");
        page.waitForTimeout(700);
        visit("/two");

        awaitNames("Page Left");
        var left = messages().stream()
                .filter(message -> message.path("event").asText().equals("Page Left"))
                .findFirst()
                .orElseThrow();
        assertThat(left.path("properties").path("path").asText()).isEqualTo("/one");
        assertThat(left.path("properties").path("dwell").asDouble()).isBetween(0.5, 20.0);
    }

    @Test
    void query_strings_are_not_sent() {
        attributes = "data-consent=given";
        visit("/one?email=ada@example.org");
        awaitNames("page");
        assertThat(messages().toString()).doesNotContain("ada@example.org");
    }

    @Test
    void calls_made_before_the_script_has_loaded_count() {
        attributes = "data-consent=given";
        visit("/one");
        awaitNames("page", "Early Bird");
    }

    @Test
    void who_signs_in_is_the_same_person_on_the_next_page_and_somebody_else_after_signing_out() {
        attributes = "data-consent=given";
        visit("/one");
        page.evaluate("wayfarer.identify('u1', {email: 'ada@example.org'}); wayfarer.track('First')");
        visit("/two");
        page.evaluate("wayfarer.track('Second'); wayfarer.reset(); wayfarer.track('Third')");
        awaitNames("identify", "First", "Second", "Third");

        assertThat(message("identify").path("traits").path("email").asText()).isEqualTo("ada@example.org");
        assertThat(message("Second").path("userId").asText()).isEqualTo("u1");
        assertThat(message("Second").path("anonymousId"))
                .isEqualTo(message("First").path("anonymousId"));
        assertThat(message("Third").has("userId")).isFalse();
        assertThat(message("Third").path("anonymousId"))
                .isNotEqualTo(message("First").path("anonymousId"));
    }

    private JsonNode message(String name) {
        return messages().stream()
                .filter(message -> message.path("event")
                        .asText(message.path("type").asText())
                        .equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_no_forgets_all_but_the_answer() {
        visit("/one");
        page.evaluate("wayfarer.consent(true); wayfarer.identify('u1', {})");
        awaitNames("page", "identify");
        page.evaluate("wayfarer.consent(false)");
        var before = received.size();
        visit("/two");
        page.evaluate("wayfarer.track('Product Viewed', {})");
        page.waitForTimeout(1500);

        assertThat(names()).doesNotContain("Product Viewed");
        assertThat(received).hasSize(before);
        assertThat(stored()).isEqualTo("[\"\",[\"wayfarer.consent\"],0]");
    }

    @Test
    void do_not_track_and_global_privacy_control_are_stronger_than_a_yes() {
        for (var signal : List.of("doNotTrack', {get: () => '1'}", "globalPrivacyControl', {get: () => true}")) {
            page.close();
            page = visitor.newPage();
            page.addInitScript("Object.defineProperty(Navigator.prototype, '" + signal + ")");
            visit("/one");
            page.evaluate("wayfarer.consent(true); wayfarer.track('Product Viewed', {})");
            visit("/two");
            page.waitForTimeout(1500);

            assertThat(received).as(signal).isEmpty();
            assertThat(stored()).as(signal).isEqualTo("[\"\",[],0]");
            assertThat(page.evaluate("wayfarer.state()")).as(signal).isEqualTo("silent");
        }
    }

    @Test
    void what_could_not_be_sent_is_sent_later_with_the_same_ids() {
        attributes = "data-consent=given";
        answer = 503;
        visit("/one");
        page.evaluate("wayfarer.track('Product Viewed', {})");
        awaitNames("Product Viewed");
        var first = message("Product Viewed").path("messageId");
        received.clear();
        answer = 200;

        awaitNames("Product Viewed");
        assertThat(message("Product Viewed").path("messageId")).isEqualTo(first);
        var after = new ArrayList<>(names());
        received.clear();
        page.waitForTimeout(2500);
        assertThat(names()).as("sent again after success, after " + after).isEmpty();
    }

    @Test
    void a_refused_batch_does_not_stand_in_the_way_of_the_next() {
        attributes = "data-consent=given";
        answer = 400;
        visit("/one");
        awaitNames("page");
        answer = 200;
        page.evaluate("wayfarer.track('Later', {})");
        awaitNames("Later");
        assertThat(received.get(received.size() - 1).body().get("batch")).hasSize(1);
    }

    @Test
    void offline_messages_survive_the_page() {
        attributes = "data-consent=given";
        visit("/one");
        awaitNames("page");
        page.route("**/v1/batch", route -> route.abort());
        page.evaluate("navigator.sendBeacon = () => false; wayfarer.track('While Offline', {})");
        page.waitForTimeout(1500);
        visit("/two");
        assertThat(names()).doesNotContain("While Offline");
        page.unroute("**/v1/batch");

        awaitNames("While Offline");
    }
}
