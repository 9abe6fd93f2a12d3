package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happened reaches the program, once, whatever becomes of the line, the page and the program in between. */
class CollectorQueueTest extends ForeignShop {

    @BeforeEach
    void agreed() {
        attributes = "data-consent=given";
    }

    private void begun() {
        visit("/one");
        awaitNames("page");
        awaitNothingWaits();
    }

    private List<JsonNode> deliveries(String name) {
        return messages().stream()
                .filter(message -> nameOf(message).equals(name))
                .toList();
    }

    @Test
    void what_happens_offline_is_told_once_online() {
        begun();
        visitor.setOffline(true);
        page.evaluate("wayfarer.track('While Offline')");
        page.waitForTimeout(1500);
        assertThat(names()).doesNotContain("While Offline");
        assertThat(waiting()).isEqualTo(1);
        var before = Instant.now();
        visitor.setOffline(false);

        var event = kept(the("While Offline"));
        awaitNothingWaits();
        assertThat(Instant.parse(event.path("at").asText())).isBefore(before);
    }

    @Test
    void what_happened_offline_outlives_the_page() {
        begun();
        visitor.setOffline(true);
        page.evaluate("wayfarer.track('While Offline')");
        page.close();
        visitor.setOffline(false);
        page = visitor.newPage();
        visit("/two");

        var message = the("While Offline");
        awaitNothingWaits();
        kept(message);
        assertThat(count(message, "While Offline")).isEqualTo(1);
    }

    @Test
    void a_page_that_closes_sends_a_beacon_with_the_write_key_in_a_text() {
        begun();
        received.clear();
        page.evaluate("wayfarer.track('Last Words')");
        page.close();

        var message = the("Last Words");
        assertThat(received).allSatisfy(call -> {
            assertThat(call.method()).isEqualTo("POST");
            assertThat(call.contentType()).startsWith("text/plain");
            assertThat(call.body().path("writeKey").asText()).isEqualTo("the-key");
            assertThat(call.body().path("sentAt").isTextual()).isTrue();
        });
        assertThat(names()).contains("Page Left");
        kept(message);
    }

    @Test
    void what_a_beacon_carried_is_sent_again_until_it_is_answered_and_counts_once() {
        begun();
        page.evaluate("wayfarer.track('Last Words')");
        visit("/two");
        await().untilAsserted(() -> assertThat(deliveries("Last Words")).hasSizeGreaterThan(1));
        awaitNothingWaits();

        assertThat(all("Last Words")).hasSize(1);
        kept(the("Last Words"));
        var view = all("page").get(1);
        kept(view);
        assertThat(count(view, "Last Words")).isEqualTo(1);
        assertThat(count(view, "Page Left")).isEqualTo(1);
    }

    @Test
    void what_was_refused_for_now_is_sent_later_with_the_same_id() {
        begun();
        answer = 503;
        page.evaluate("wayfarer.track('Patient')");
        await().atMost(Duration.ofSeconds(30)).until(() -> deliveries("Patient").size() >= 3);
        var refused = deliveries("Patient").size();
        answer = 0;

        kept(the("Patient"));
        awaitNothingWaits();
        assertThat(all("Patient")).hasSize(1);
        assertThat(deliveries("Patient")).hasSize(refused + 1);
    }

    @Test
    void the_script_stays_away_for_as_long_as_it_is_told_to() {
        begun();
        answerHeaders.put("Retry-After", "6");
        answer = 429;
        page.evaluate("wayfarer.track('Patient')");
        await().until(() -> deliveries("Patient").size() == 1);
        var refused = System.nanoTime();
        answer = 0;
        page.evaluate("wayfarer.track('Another'); wayfarer.flush()");
        kept(the("Patient"));

        assertThat(Duration.ofNanos(System.nanoTime() - refused)).isGreaterThan(Duration.ofSeconds(5));
        assertThat(deliveries("Patient")).hasSize(2);
    }

    @Test
    void a_refused_batch_does_not_stand_in_the_way_of_the_next() {
        begun();
        answer = 400;
        page.evaluate("wayfarer.track('Refused')");
        awaitNames("Refused");
        awaitNothingWaits();
        answer = 0;
        page.evaluate("wayfarer.track('Later')");

        kept(the("Later"));
        assertThat(deliveries("Refused")).hasSize(1);
    }

    @Test
    void a_hundred_messages_wait_at_most_and_none_longer_than_a_week() {
        begun();
        visitor.setOffline(true);
        page.evaluate("for (const days of [8, 6]) localStorage[`wayfarer.queue.${Date.now() - days * 864e5}.x`] ="
                + " JSON.stringify({type: 'track', event: 'Before ' + days, anonymousId: 'a'}); wayfarer.flush()");
        await().until(() -> waiting() == 1);
        page.evaluate("for (let i = 0; i < 150; i++) wayfarer.track('Tick ' + i); wayfarer.flush()");
        await().until(() -> waiting() == 100);
        visitor.setOffline(false);
        awaitNames("Tick 149");
        awaitNothingWaits();

        assertThat(names()).doesNotContain("Before 8", "Before 6", "Tick 49").contains("Tick 50", "Tick 149");
    }

    @Test
    void what_is_too_much_for_one_beacon_is_sent_in_parts() {
        begun();
        visitor.setOffline(true);
        page.evaluate("for (let i = 0; i < 8; i++) wayfarer.track('Large ' + i, {text: '宽'.repeat(9000)})");
        visitor.setOffline(false);
        awaitNames("Large 7");
        awaitNothingWaits();

        assertThat(received)
                .allSatisfy(call -> assertThat(call.text().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .hasSizeLessThan(64 * 1024));
        assertThat(deliveries("Large 0")).hasSize(1);
        kept(the("Large 7"));
    }

    @Test
    void several_tabs_do_not_send_the_same_twice() {
        begun();
        var second = visitor.newPage();
        visit(second, "/two");
        var third = visitor.newPage();
        visit(third, "/three");
        awaitNothingWaits();
        received.clear();
        visitor.setOffline(true);
        var tabs = List.of(page, second, third);
        for (var tab : tabs) {
            tab.evaluate("for (let i = 0; i < 10; i++) wayfarer.track('Many')");
        }
        page.waitForTimeout(1500);
        visitor.setOffline(false);
        for (var tab : tabs) {
            tab.evaluate("wayfarer.flush()");
        }
        awaitNothingWaits();

        assertThat(all("Many")).hasSize(30);
        assertThat(deliveries("Many")).hasSize(30);
    }

    @Test
    void where_there_are_no_locks_what_two_tabs_send_counts_once() {
        visitor.addInitScript("Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined})");
        begun();
        var second = visitor.newPage();
        visit(second, "/two");
        awaitNothingWaits();
        visitor.setOffline(true);
        page.evaluate("for (let i = 0; i < 10; i++) wayfarer.track('Many')");
        page.waitForTimeout(1500);
        visitor.setOffline(false);
        second.evaluate("wayfarer.flush()");
        page.evaluate("wayfarer.flush()");
        awaitNothingWaits();

        assertThat(all("Many")).hasSize(10).allSatisfy(this::kept);
        assertThat(count(the("Many"), "Many")).isEqualTo(10);
    }
}
