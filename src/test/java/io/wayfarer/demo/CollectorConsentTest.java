package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing before a yes, nothing after a no, and nothing at all where the browser asks for it. */
class CollectorConsentTest extends ForeignShop {

    private static final String GPC =
            "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})";
    private static final String DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})";

    /** Longer than the script waits before it sends. */
    private void letPass() {
        page.waitForTimeout(1700);
    }

    private void doMuch() {
        page.evaluate(
                "wayfarer.track('Product Viewed', {}); wayfarer.identify('u1', {}); wayfarer.page(); wayfarer.reset();"
                        + "wayfarer('cart', []); history.pushState({}, '', '/elsewhere'); scrollTo(0, 500); wayfarer.flush()");
        page.locator("a").click();
        page.locator("input").fill("x");
    }

    private void fill() {
        content = "<a data-wayfarer-element=x>x</a><form data-wayfarer-form=f><input></form><p style='height:3000px'>";
    }

    @Test
    void before_a_yes_nothing_is_sent_and_nothing_is_stored() {
        fill();
        visit("/one");
        doMuch();
        visit("/two");
        letPass();

        assertThat(received).isEmpty();
        assertThat(stored()).isEqualTo("[\"\",[],0]");
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("unasked");
    }

    @Test
    void what_was_before_the_yes_is_not_told_after_it() {
        fill();
        visit("/one");
        doMuch();
        letPass();
        page.evaluate("wayfarer('consent', true)");
        awaitNames("page");
        visit("/two");
        awaitNames("Page Left");

        assertThat(names()).containsExactlyInAnyOrder("Consent Changed", "page", "Page Left");
        assertThat(the("Page Left").path("properties").path("dwell").asDouble()).isLessThan(30);
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("given");
    }

    @Test
    void a_no_is_remembered_without_an_id() {
        fill();
        visit("/one");
        page.evaluate("wayfarer.consent(false)");
        doMuch();
        visit("/two");
        letPass();

        assertThat(received).isEmpty();
        assertThat(page.evaluate("JSON.stringify(localStorage)")).isEqualTo("{\"wayfarer.consent\":\"refused\"}");
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'yes'", "1", "undefined", "{}", "'true'"})
    void only_true_is_a_yes(String answer) {
        visit("/one");
        page.evaluate("wayfarer.consent(" + answer + ")");
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("refused");
    }

    @Test
    void taking_the_yes_back_deletes_the_id_and_what_waits_and_tells_the_program() {
        fill();
        visit("/one");
        page.evaluate("wayfarer.consent(true); wayfarer.identify('u1', {})");
        var view = the("page");
        awaitNothingWaits();
        answer = 503;
        page.evaluate("wayfarer.track('Waiting')");
        page.evaluate("wayfarer.consent(false)");
        assertThat(page.evaluate("JSON.stringify(localStorage)")).isEqualTo("{\"wayfarer.consent\":\"refused\"}");
        answer = 0;
        await().untilAsserted(() -> assertThat(all("Consent Changed")).hasSize(2));
        var farewell = kept(all("Consent Changed").get(1));
        received.clear();
        doMuch();
        visit("/two");
        letPass();

        assertThat(farewell.path("anonymousId")).isEqualTo(view.path("anonymousId"));
        assertThat(farewell.path("properties").path("granted").asBoolean()).isFalse();
        assertThat(count(view, "Waiting")).isZero();
        assertThat(received).isEmpty();
        assertThat(stored()).isEqualTo("[\"\",[\"wayfarer.consent\"],0]");
        assertThat(jdbc.queryForObject(
                        "select c.consent from customer c join identity i on i.customer_id = c.id where i.name = ?",
                        String.class,
                        view.path("anonymousId").asText()))
                .contains("analytics")
                .contains("false");
    }

    @Test
    void a_new_yes_begins_with_a_new_id() {
        visit("/one");
        page.evaluate("wayfarer.consent(true)");
        var before = the("page").path("anonymousId");
        page.evaluate("wayfarer.consent(false); wayfarer.consent(true)");
        await().untilAsserted(() -> assertThat(all("page")).hasSize(2));

        assertThat(all("page").get(1).path("anonymousId")).isNotEqualTo(before);
    }

    @Test
    void a_no_in_one_tab_is_a_no_in_all() {
        visit("/one");
        page.evaluate("wayfarer.consent(true)");
        awaitNames("page");
        var other = visitor.newPage();
        visit(other, "/two");
        other.evaluate("wayfarer.consent(false)");
        page.evaluate("wayfarer.track('Too Late')");
        letPass();

        assertThat(names()).doesNotContain("Too Late");
        assertThat(stored()).isEqualTo("[\"\",[\"wayfarer.consent\"],0]");
    }

    @Test
    void a_page_may_be_given_the_yes_that_another_asked_for() {
        attributes = "data-consent=given";
        visit("/one");

        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("given");
        awaitNames("page");
    }

    @ParameterizedTest
    @ValueSource(strings = {GPC, DNT})
    void do_not_track_and_global_privacy_control_are_stronger_than_a_yes(String signal) {
        attributes = "data-consent=given";
        fill();
        visitor.setExtraHTTPHeaders(Map.of("Sec-GPC", "1", "DNT", "1"));
        page.addInitScript(signal);
        visit("/one");
        page.evaluate("wayfarer.consent(true)");
        doMuch();
        visit("/two");
        letPass();

        assertThat(received).isEmpty();
        assertThat(stored()).isEqualTo("[\"\",[],0]");
        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("silent");
    }

    @Test
    void a_signal_that_comes_after_a_yes_deletes_the_id_and_what_waits() {
        visit("/one");
        page.evaluate("wayfarer.consent(true); wayfarer.identify('u1', {})");
        awaitNames("page", "identify");
        answer = 503;
        page.evaluate("wayfarer.track('Waiting')");
        page.addInitScript(GPC);
        visit("/two");
        letPass();
        answer = 0;
        received.clear();
        fill();
        visit("/three");
        doMuch();
        letPass();

        assertThat(received).isEmpty();
        assertThat(stored()).isEqualTo("[\"\",[\"wayfarer.consent\"],0]");
    }
}
