package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = BEGINNING.plus(Duration.ofDays(60));

    private static Crowd crowd() {
        return new Crowd(Catalogue.load("http://localhost:8080/shop"), CrowdRun.SEED, 300, BEGINNING);
    }

    private static String name(Deed deed) {
        if (deed instanceof Deed.Message message) {
            return message.body()
                    .getOrDefault("event", message.body().get("type"))
                    .toString();
        }
        return deed instanceof Deed.Delivery delivery
                ? delivery.type()
                : deed.getClass().getSimpleName();
    }

    private static Map<String, Integer> counts(List<Deed> deeds) {
        var counts = new HashMap<String, Integer>();
        deeds.forEach(deed -> counts.merge(name(deed), 1, Integer::sum));
        return counts;
    }

    @Test
    void sixty_days_are_several_hundred_people_and_some_ten_thousands_of_events() {
        var crowd = crowd();
        var deeds = crowd.until(END);

        assertThat(crowd.people()).isBetween(400, 700);
        assertThat(deeds).hasSizeBetween(20_000, 40_000);
        assertThat(counts(deeds).keySet())
                .contains(
                        "page",
                        "identify",
                        "Page Left",
                        "Products Searched",
                        "Product Viewed",
                        "Product Added",
                        "Product Removed",
                        "Checkout Started",
                        "Order Completed",
                        "Review Posted",
                        "order.completed",
                        "order.refunded",
                        "Letter");
    }

    @Test
    void at_the_speed_of_the_demo_it_is_a_modest_stream() {
        var crowd = crowd();
        crowd.until(END);
        var day = crowd.until(END.plus(Duration.ofDays(20))).size() / 20.0;

        assertThat(day / 20).as("events a real second, at 20 seconds a day").isBetween(5.0, 25.0);
    }

    @Test
    void the_same_seed_gives_the_same_deeds_however_the_time_is_cut() {
        var atOnce = crowd().until(END);
        var crowd = crowd();
        var daily = new ArrayList<Deed>();
        for (var day = BEGINNING; !day.isAfter(END); day = day.plus(Duration.ofDays(1))) {
            daily.addAll(crowd.until(day));
        }

        assertThat(new HashSet<>(daily)).isEqualTo(new HashSet<>(atOnce));
        assertThat(daily).hasSameSizeAs(atOnce);
    }

    @Test
    void nothing_is_told_before_it_happened_and_each_telling_is_in_order_of_time() {
        var crowd = crowd();
        var since = BEGINNING;
        for (var now = BEGINNING; now.isBefore(END); now = now.plus(Duration.ofHours(5))) {
            var deeds = crowd.until(now);
            assertThat(deeds).isSortedAccordingTo(java.util.Comparator.comparing(Deed::at));
            for (var deed : deeds) {
                assertThat(deed.at()).isBetween(since.minus(Crowd.LONGEST), now);
            }
            since = now;
        }
    }

    @Test
    void each_message_has_an_id_of_its_own() {
        var ids = new HashSet<Object>();
        for (var deed : crowd().until(END)) {
            if (deed instanceof Deed.Message message) {
                assertThat(ids.add(message.body().get("messageId"))).isTrue();
            } else if (deed instanceof Deed.Delivery delivery) {
                assertThat(ids.add(delivery.id())).isTrue();
            }
        }
    }

    @Test
    void need_shows_in_how_long_pages_are_read_by_those_who_then_buy() {
        var buyers = new ArrayList<Double>();
        var others = new ArrayList<Double>();
        var dwell = new HashMap<Object, List<Double>>();
        var bought = new HashSet<Object>();
        for (var deed : crowd().until(END)) {
            if (deed instanceof Deed.Message message && name(deed).equals("Page Left")) {
                var seconds = (Number) ((Map<?, ?>) message.body().get("properties")).get("dwell");
                dwell.computeIfAbsent(message.body().get("anonymousId"), id -> new ArrayList<>())
                        .add(seconds.doubleValue());
            } else if (deed instanceof Deed.Message message && name(deed).equals("Order Completed")) {
                bought.add(message.body().get("anonymousId"));
            }
        }
        dwell.forEach((who, seconds) -> (bought.contains(who) ? buyers : others).addAll(seconds));

        assertThat(mean(buyers)).isGreaterThan(1.2 * mean(others));
    }

    private static double mean(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    @Test
    void mails_bring_some_people_back_and_make_a_few_unsubscribe() {
        var crowd = crowd();
        var emails = new HashSet<String>();
        for (var deed : crowd.until(END)) {
            if (deed instanceof Deed.Message message && message.body().get("traits") instanceof Map<?, ?> traits) {
                emails.add((String) traits.get("email"));
            }
        }
        var before = counts(crowd.until(END.plusSeconds(1)));
        emails.forEach(email -> crowd.read(
                new Mail(1, END, "shop", email, "You left something", "", "", "<id>", "http://localhost/u/token")));
        var after = counts(crowd.until(END.plus(Duration.ofDays(2))));

        assertThat(before).doesNotContainKey("Email Opened");
        assertThat(after.get("Email Opened")).isBetween(emails.size() / 6, emails.size());
        assertThat(after.get("Unsubscribe")).isBetween(1, emails.size() / 10);
    }

    @Test
    void people_are_awake_when_they_shop() {
        for (var deed : crowd().until(END)) {
            if (deed instanceof Deed.Message message
                    && message.body().get("context") instanceof Map<?, ?> context
                    && name(deed).equals("Products Searched")) {
                var hour = deed.at()
                        .atZone(ZoneId.of((String) context.get("timezone")))
                        .getHour();
                assertThat(hour).isBetween(8, 23);
            }
        }
    }
}
