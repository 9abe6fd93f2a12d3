package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages that make it hard: the script does its work where it can, and never does the page any harm. */
class CollectorOnHostilePagesTest extends ForeignShop {

    private final List<String> errors = new ArrayList<>();

    @BeforeEach
    void agreed() {
        attributes = "data-consent=given";
        page.onPageError(errors::add);
    }

    @Test
    void storage_that_is_blocked_costs_the_memory_of_the_next_page_alone() {
        page.addInitScript(
                "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})");
        visit("/one");
        page.evaluate("wayfarer.track('Blocked')");
        var blocked = kept(the("Blocked"));
        page.evaluate("wayfarer.track('At The End')");
        page.close();

        assertThat(kept(the("At The End")).path("anonymousId")).isEqualTo(blocked.path("anonymousId"));
        assertThat(errors).isEmpty();
    }

    @Test
    void storage_that_is_full_keeps_the_messages_of_this_page_in_memory() {
        head = "<script>for (let size = 4e6, i = 0; size >= 1; size = size / 2)"
                + " try { for (;;) localStorage['x' + i++] = 'x'.repeat(size) } catch {}</script>";
        visit("/one");
        page.evaluate("wayfarer.track('Full')");
        kept(the("Full"));
        page.evaluate("wayfarer.consent(false)");

        assertThat(page.evaluate("wayfarer.state()")).isEqualTo("refused");
        assertThat((Boolean) page.evaluate("Object.keys(localStorage).some(key => /anonymous|queue/.test(key))"))
                .isFalse();
        assertThat(errors).isEmpty();
    }

    @Test
    void arrays_with_a_toJSON_arrive_as_arrays() {
        head = "<script>Array.prototype.toJSON = function () { return 'spoilt' };"
                + "Array.prototype.extra = 1; Object.prototype.more = 2</script>";
        visit("/one");
        page.evaluate("wayfarer('cart', [{product_id: 'kettle', sizes: [1, 2]}])");

        var properties = kept(the("Cart Viewed")).path("properties");
        assertThat(properties.toString()).isEqualTo("{\"products\":[{\"product_id\":\"kettle\",\"sizes\":[1,2]}]}");
        assertThat(page.evaluate("JSON.stringify([1])")).as("the page's own").isEqualTo("\"spoilt\"");
    }

    @Test
    void json_that_the_page_replaces_later_is_not_used() {
        visit("/one");
        page.evaluate("JSON.stringify = JSON.parse = () => { throw new Error('mine') }; wayfarer.track('After')");

        kept(the("After"));
        assertThat(errors).isEmpty();
    }

    @Test
    void functions_of_arrays_that_fail_do_no_harm_to_the_page() {
        visit("/one");
        page.evaluate("for (const name of ['filter', 'map', 'forEach', 'sort', 'join', 'push'])"
                + " Array.prototype[name] = () => { throw new Error('mine') }; wayfarer.track('Lost');"
                + "history.pushState({}, '', '/two')");
        visitor.newPage().waitForTimeout(1500);

        assertThat(page.url()).isEqualTo(shop("/two"));
        assertThat(errors).isEmpty();
    }

    @Test
    void errors_of_the_page_do_not_stop_it() {
        head = "<script>throw new Error('the shop is broken')</script>";
        content = "<script>window.onerror = () => { throw new Error('even there') };"
                + "document.addEventListener('click', () => { throw new Error('a click') }, true)</script>"
                + "<button data-wayfarer-element=go>Go</button>";
        visit("/one");
        page.locator("button").click();

        kept(the("Element Clicked"));
        assertThat(errors.toString()).contains("the shop is broken", "a click");
    }

    @Test
    void what_cannot_be_told_is_said_on_the_console_and_the_rest_is_told() {
        var warnings = new ArrayList<String>();
        page.onConsoleMessage(message -> warnings.add(message.text()));
        visit("/one");
        page.evaluate("const round = {}; round.round = round; wayfarer.track('Round', round);"
                + "wayfarer.track('Big', {n: 1n}); wayfarer.track('Huge', {text: 'x'.repeat(30000)});"
                + "wayfarer('nonsense'); wayfarer.push(5); wayfarer(); wayfarer.push(null); wayfarer.track('Good')");

        kept(the("Good"));
        assertThat(names()).doesNotContain("Round", "Big", "Huge");
        assertThat(warnings).filteredOn(text -> text.startsWith("wayfarer")).hasSizeGreaterThanOrEqualTo(7);
        assertThat(errors).isEmpty();
    }

    @Test
    void a_strict_policy_without_inline_scripts_and_with_trusted_types_is_kept() {
        head = "";
        attributes = "data-consent=given";
        pageHeaders.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src " + collector() + "; connect-src " + collector()
                        + "; require-trusted-types-for 'script'");
        var violations = new ArrayList<String>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("favicon")) {
                violations.add(message.text());
            }
        });
        content = "<a href=/two data-wayfarer-element=next>next</a><form data-wayfarer-form=f><input></form>";
        page.navigate(shop("/one"));
        page.locator("input").fill("x");
        awaitNames("page", "Form Begun");
        page.locator("a").click();
        awaitNames("Page Left", "Element Clicked");

        assertThat(violations).isEmpty();
    }

    @Test
    void the_page_gets_one_name() {
        head = "<script>window.before = Object.getOwnPropertyNames(window)</script>";
        visit("/one");

        assertThat(
                        page.evaluate(
                                "Object.getOwnPropertyNames(window).filter(name => !before.includes(name) && name !== 'before').join()"))
                .isEqualTo("wayfarer");
    }

    @Test
    void a_script_that_is_there_twice_tells_once() {
        content = "<button data-wayfarer-element=go>Go</button><script src=" + collector()
                + "/collector.js data-write-key=the-key data-consent=given defer></script>";
        visit("/one");
        page.locator("button").click();
        awaitNames("Element Clicked");
        awaitNothingWaits();

        assertThat(all("page")).hasSize(1);
        assertThat(all("Element Clicked")).hasSize(1);
    }

    @Test
    void fields_named_like_the_forms_own_methods_give_nothing_away() {
        content = "<form data-wayfarer-form=odd onsubmit='return false'><input name=getAttribute value=secret-1>"
                + "<input name=closest value=secret-2><input name=dataset value=secret-3><input name=id value=secret-4>"
                + "<button>Go</button></form>";
        visit("/one");
        page.evaluate("document.querySelector('[name=dataset]').focus()");
        page.keyboard().type("secret-5");
        page.keyboard().press("Enter");
        page.evaluate("wayfarer.track('After')");
        awaitNames("After");

        assertThat(received.toString()).doesNotContain("secret");
        assertThat(errors).isEmpty();
    }

    @Test
    void an_element_of_its_name_and_nonsense_before_it_are_no_hindrance() {
        head = "<script>window.wayfarer = [5, null, 'x', ['nonsense'], ['track', 'Good']]</script>";
        content = "<form id=wayfarer></form>";
        visit("/one");

        kept(the("Good"));
        assertThat(errors).isEmpty();
    }
}
