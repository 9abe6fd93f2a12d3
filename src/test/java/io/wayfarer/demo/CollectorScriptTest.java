package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the collector's script tells of a visit to which the visitor has agreed. */
class CollectorScriptTest extends ForeignShop {

    @BeforeEach
    void agreed() {
        attributes = "data-consent=given";
    }

    private HttpResponse<byte[]> script(String... headers) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/collector.js"))
                                .headers(headers)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void the_script_is_served_compressed_below_three_kilobytes_and_again_only_when_it_has_changed() throws Exception {
        var served = script("Accept-Encoding", "gzip");

        assertThat(served.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(served.body()).hasSizeLessThan(3 * 1024);
        assertThat(served.headers().firstValue("Cache-Control")).contains("max-age=3600, public");
        var etag = served.headers().firstValue("ETag").orElseThrow();
        assertThat(script("If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(script("If-None-Match", "W/\"another\"").statusCode()).isEqualTo(200);
        assertThat(script("Accept-Encoding", "identity").headers().firstValue("ETag"))
                .contains(etag);
    }

    @Test
    void its_readable_source_is_no_larger() throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var file = getClass().getResourceAsStream("/static/collector.js");
                var gzip = new GZIPOutputStream(compressed)) {
            file.transferTo(gzip);
        }
        assertThat(compressed.size()).isLessThan(3 * 1024);
    }

    @Test
    void a_page_view_is_sent_as_text_with_the_write_key_and_without_cookies_and_kept_with_its_page() {
        visit("/before?secret=1");
        page.evaluate("document.cookie = 'session=secret'; location.href = '/one?email=ada@example.org'");
        await().untilAsserted(() -> assertThat(all("page")).hasSize(2));

        assertThat(received).allSatisfy(call -> {
            assertThat(call.method()).as("no preflight").isEqualTo("POST");
            assertThat(call.contentType()).startsWith("text/plain");
            assertThat(call.cookie()).isNull();
            assertThat(call.body().path("writeKey").asText()).isEqualTo("the-key");
            assertThat(call.body().path("sentAt").asText()).endsWith("Z");
            assertThat(call.text()).doesNotContain("ada@example.org", "secret");
        });
        var event = kept(all("page").get(1));
        assertThat(event.path("name").asText()).isEqualTo("Page Viewed");
        assertThat(event.path("channel").asText()).isEqualTo("web");
        assertThat(event.path("traits").path("timezone").asText()).isEqualTo("Europe/Berlin");
        assertThat(event.path("traits").path("locale").asText()).isEqualTo("en");
        var properties = event.path("properties");
        assertThat(properties.path("path").asText()).isEqualTo("/one");
        assertThat(properties.path("url").asText()).isEqualTo(shop("/one"));
        assertThat(properties.path("title").asText()).isEqualTo("/one");
        assertThat(properties.path("referrer").asText()).isEqualTo(shop("/before"));
    }

    @Test
    void consent_is_told_with_the_first_page() {
        visit("/one");

        var consent = kept(the("Consent Changed")).path("properties");
        assertThat(consent.path("topic").asText()).isEqualTo("analytics");
        assertThat(consent.path("granted").asBoolean()).isTrue();
        visit("/two");
        awaitNames("Page Left");
        assertThat(all("Consent Changed")).hasSize(1);
    }

    private double dwell(String path) {
        return all("Page Left").stream()
                .map(left -> left.path("properties"))
                .filter(left -> left.path("path").asText().equals(path))
                .mapToDouble(left -> left.path("dwell").asDouble())
                .sum();
    }

    @Test
    void only_the_time_in_sight_counts_as_dwell(@TempDir Path profile) throws Exception {
        try (var browser = new TabbedBrowser(profile)) {
            var one = browser.open(shop("/one"));
            awaitNames("page");
            var seen = System.nanoTime();
            page.waitForTimeout(700);
            browser.open("about:blank");
            var hidden = System.nanoTime();
            awaitNames("Page Left");
            var first = dwell("/one");
            page.waitForTimeout(3000);
            browser.show(one);
            page.waitForTimeout(700);
            browser.close(one);
            await().untilAsserted(() -> assertThat(all("Page Left")).hasSize(2));

            assertThat(first).isGreaterThan(0.6).isLessThan((hidden - seen) / 1e9 + 2.9);
            assertThat(dwell("/one") - first).isBetween(0.1, 2.9);
            var left = all("Page Left").get(0);
            assertThat(kept(left).path("properties")).isEqualTo(left.path("properties"));
        }
    }

    @Test
    void a_page_that_comes_back_out_of_the_browsers_cache_is_viewed_again(@TempDir Path profile) throws Exception {
        files.put("/two", html("/two") + "<script>setTimeout(() => history.back(), 1500)</script>");
        content = "<script>setTimeout(() => { location.href = '/two' }, 1500);"
                + "addEventListener('pageshow', event => event.persisted && wayfarer.track('Came Back'))</script>";
        try (var browser = new TabbedBrowser(profile)) {
            browser.open(shop("/one"));
            awaitNames("Came Back");
        }

        assertThat(all("page"))
                .extracting(view -> view.path("properties").path("path").asText())
                // a busy browser may load it anew once before it has it in the cache
                .startsWith("/one", "/two", "/one")
                .endsWith("/two", "/one");
        kept(the("Came Back"));
    }

    @Test
    void a_shop_in_a_single_page_has_a_page_view_for_each_address() {
        visit("/start");
        page.evaluate("history.pushState({}, '', '/product/1'); document.title = 'First'");
        await().untilAsserted(() -> assertThat(all("page")).hasSize(2));
        page.evaluate("history.replaceState({scroll: 1}, '', location.href)");
        page.evaluate("location.hash = 'reviews'");
        page.evaluate("history.pushState({}, '', '/old'); history.replaceState({}, '', '/product/2?colour=red')");
        await().untilAsserted(() -> assertThat(all("page")).hasSize(3));
        page.goBack();
        page.goBack();
        page.waitForTimeout(1200);
        page.goForward();

        await().untilAsserted(() -> assertThat(all("page"))
                .extracting(view -> view.path("properties").path("path").asText())
                .startsWith("/start", "/product/1", "/product/2", "/product/1"));
        assertThat(all("page").get(1).path("context").path("page").path("title").asText())
                .isEqualTo("First");
        await().untilAsserted(() -> assertThat(dwell("/product/1")).isPositive());
    }

    @Test
    void how_far_down_a_page_was_seen_is_told_when_it_is_left() {
        content = "<p style='height: 4000px'>";
        visit("/long");
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2 - innerHeight)");
        page.waitForTimeout(300);
        page.evaluate("scrollTo(0, 0)");
        page.waitForTimeout(300);
        content = "";
        visit("/short");
        visit("/next");

        var scrolled = kept(the("Page Scrolled")).path("properties");
        assertThat(scrolled.path("path").asText()).isEqualTo("/long");
        assertThat(scrolled.path("depth").asInt()).isBetween(48, 52);
        assertThat(all("Page Scrolled")).hasSize(1);
    }

    @Test
    void a_click_on_what_is_marked_is_told_though_the_page_stops_it() {
        content = "<a href=#x data-wayfarer-element='size table'><b>Sizes</b></a> <button>Not marked</button>"
                + "<script>document.querySelector('a').onclick = event => event.stopPropagation()</script>";
        visit("/one");
        page.locator("button").click();
        page.locator("b").click();

        var clicked = kept(the("Element Clicked")).path("properties");
        assertThat(clicked.path("element").asText()).isEqualTo("size table");
        assertThat(clicked.path("path").asText()).isEqualTo("/one");
        assertThat(all("Element Clicked")).hasSize(1);
    }

    @Test
    void a_form_is_told_begun_and_sent_and_never_what_is_in_it() {
        content = "<form data-wayfarer-form='sign up' action=/done method=post>"
                + "<input name=email value=prefilled-value><input type=password name=password>"
                + "<textarea name=note></textarea><select name=size><option>s<option>secret-option</select>"
                + "<input type=hidden name=token value=hidden-value><button name=go value=button-value>Go</button></form>"
                + "<form><input id=other name=other></form>";
        visit("/form");
        page.locator("#other").fill("secret-other");
        page.locator("[name=email]").fill("ada@example.org");
        page.locator("[name=password]").pressSequentially("hunter2-password");
        page.locator("[name=note]").fill("secret-note");
        page.locator("select").selectOption("secret-option");
        awaitNames("Form Begun");
        page.locator("button").click();
        page.waitForURL(shop("/done"));

        var begun = kept(the("Form Begun"));
        assertThat(begun.path("properties"))
                .isEqualTo(JSON.createObjectNode().put("path", "/form").put("form", "sign up"));
        assertThat(kept(the("Form Submitted")).path("properties")).isEqualTo(begun.path("properties"));
        assertThat(all("Form Begun")).hasSize(1);
        assertThat(received.toString() + page.evaluate("JSON.stringify(localStorage)"))
                .doesNotContain("ada@", "hunter2", "secret", "prefilled", "hidden-value", "button-value", "token");
    }

    @Test
    void a_form_that_the_page_refuses_is_not_told_as_sent() {
        content = "<form data-wayfarer-form=news><input><button>Go</button></form><script>"
                + "document.querySelector('form').onsubmit = e => { e.preventDefault();"
                + " if (!document.querySelector('input').value) e.stopPropagation() }</script>";
        visit("/form");
        page.locator("button").click();
        page.locator("input").fill("x");
        page.locator("button").click();

        awaitNames("Form Submitted");
        awaitNothingWaits();
        assertThat(all("Form Submitted")).hasSize(1);
    }

    @Test
    void products_and_the_cart_are_told_in_segments_words() {
        visit("/one");
        page.evaluate("wayfarer('product', 'Viewed', {product_id: 'kettle', price: 39.9});"
                + "wayfarer('product', 'Added', {product_id: 'kettle', price: 39.9, quantity: 2});"
                + "wayfarer.product('Removed', {product_id: 'tent'});"
                + "wayfarer('cart', [{product_id: 'kettle', price: 39.9, quantity: 2}])");

        assertThat(kept(the("Product Added"))
                        .path("properties")
                        .path("quantity")
                        .asInt())
                .isEqualTo(2);
        kept(the("Product Viewed"));
        kept(the("Product Removed"));
        assertThat(kept(the("Cart Viewed"))
                        .path("properties")
                        .path("products")
                        .get(0)
                        .path("product_id")
                        .asText())
                .isEqualTo("kettle");
    }

    @Test
    void who_signs_in_is_the_same_person_on_the_next_page_and_somebody_else_after_signing_out() {
        visit("/one");
        page.evaluate("wayfarer('identify', 'u1', {email: 'ada@example.org'}); wayfarer.track('First')");
        visit("/two");
        page.evaluate("wayfarer.identify(null, {plan: 'gold'}); wayfarer.track('Second');"
                + "wayfarer.reset(); wayfarer.track('Third')");

        var first = the("First");
        var second = the("Second");
        var out = the("Signed Out");
        var third = the("Third");
        assertThat(the("identify").path("traits").path("email").asText()).isEqualTo("ada@example.org");
        assertThat(List.of(first, second, out))
                .allSatisfy(
                        message -> assertThat(message.path("userId").asText()).isEqualTo("u1"))
                .extracting(message -> message.path("anonymousId").asText())
                .containsOnly(first.path("anonymousId").asText());
        assertThat(third.has("userId")).isFalse();
        assertThat(third.path("anonymousId")).isNotEqualTo(first.path("anonymousId"));
        kept(out);
    }

    @Test
    void calls_made_before_the_script_has_loaded_count() {
        head = "<script>(window.wayfarer = window.wayfarer || []).push(['track', 'Early Bird', {}])</script>";
        visit("/one");
        page.evaluate("wayfarer.push(['track', 'Late Bird'])");

        awaitNames("page", "Early Bird", "Late Bird");
    }

    @Test
    void a_page_that_tells_its_views_itself_has_no_others() {
        attributes += " data-pages=manual";
        visit("/one");
        page.evaluate("history.pushState({}, '', '/two'); wayfarer.page('Product', {colour: 'red'})");
        page.waitForTimeout(200);

        var view = the("page");
        assertThat(view.path("name").asText()).isEqualTo("Product");
        assertThat(view.path("properties").path("colour").asText()).isEqualTo("red");
        awaitNothingWaits();
        assertThat(all("page")).hasSize(1);
    }

    @Test
    void two_messages_have_two_ids_and_the_order_in_which_they_were_made() {
        visit("/one");
        page.evaluate("for (let i = 0; i < 20; i++) wayfarer.track('Tick ' + i)");
        awaitNames("Tick 19");

        var ticks = messages().stream()
                .filter(message -> nameOf(message).startsWith("Tick"))
                .toList();
        assertThat(ticks).extracting(ForeignShop::nameOf).startsWith("Tick 0", "Tick 1", "Tick 2");
        assertThat(ticks.stream().map(tick -> tick.path("messageId").asText()).distinct())
                .hasSize(20);
    }
}
