package io.wayfarer.occasion;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.store.RuleText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When each kind of occasion comes. */
class OccasionTest {

    @Test
    void theShippedOnes() {
        assertThat(Occasion.parse(RuleText.of("", "occasions.txt")))
                .extracting(Occasion::name)
                .containsExactly("gone-quiet", "birthday", "anniversary", "used-up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: soon",
                "a: 0d after the newest order",
                "a: 60 d after the newest order",
                "A: 60d after the newest order",
                "a 60d after the newest order",
                "a: each year on ",
                "a: when a product is used up\na: 60d after the newest order"
            })
    void aLineThatCannotBeUsedIsNamed(String text) {
        assertThatThrownBy(() -> Occasion.parse("# head\n" + text)).hasMessageContaining("occasions.txt, line ");
    }

    @Test
    void silenceIsCountedFromTheNewestOrder() {
        var customer = who(Map.of(), order(NOON, "tent"), order(NOON.plusSeconds(60), "rope"));
        var due = NOON.plusSeconds(60).plus(Duration.ofDays(60));

        assertThat(times("60d after the newest order", customer, NOON)).containsExactly(due);
        assertThat(times("60d after the newest order", customer, due.minusNanos(1000)))
                .containsExactly(due);
        assertThat(times("60d after the newest order", customer, due)).isEmpty();
        assertThat(times("60d after the newest order", who(Map.of()), NOON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1990-05-17,           Europe/Berlin,       2026-05-16T22:00:00Z",
        "1990-05-17T00:00:00Z, Europe/Berlin,       2026-05-16T22:00:00Z",
        "05-17,                America/Los_Angeles, 2026-05-17T07:00:00Z",
        "2000-02-29,           UTC,                 2027-02-28T00:00:00Z",
        "1990-03-02,           UTC,                 2027-03-02T00:00:00Z",
        "03-29,                Europe/Berlin,       2026-03-28T23:00:00Z"
    })
    void aDayOfTheYearBeginsWhereTheCustomerLives(String day, String zone, Instant due) {
        assertThat(times("each year on birthday", who(Map.of("birthday", day, "timezone", zone)), NOON))
                .containsExactly(due);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17 May", "1990-13-01", "02-30", "", "1990-05"})
    void aDayThatIsNoneNeverComes(String day) {
        assertThat(times("each year on birthday", who(Map.of("birthday", day)), NOON))
                .isEmpty();
    }

    @Test
    void theDayOfTheFirstContactIsNoAnniversary() {
        var rule = "each year on the day of the first contact";
        assertThat(times(rule, who(Map.of()), NOON.minus(Duration.ofDays(1))))
                .containsExactly(Instant.parse("2027-03-02T00:00:00Z"));
        assertThat(times(rule, who(Map.of()), NOON.plus(Duration.ofDays(700))))
                .containsExactly(Instant.parse("2028-03-02T00:00:00Z"));
    }

    @Test
    void whatIsOrderedAgainAndAgainIsUsedUpAfterTheMiddleOfTheTimesBetween() {
        var tea = List.of(0, 30, 61, 161).stream().map(day -> order(NOON.plus(Duration.ofDays(day)), "tea"));
        var customer = who(Map.of(), tea.toArray(Event[]::new));

        var due = Occasion.parse("used-up: when a product is used up")
                .get(0)
                .after(customer, NOON.plus(Duration.ofDays(161)), ZoneOffset.UTC)
                .toList();
        assertThat(due).singleElement().satisfies(one -> {
            assertThat(one.product()).isEqualTo("tea");
            assertThat(one.at()).isEqualTo(NOON.plus(Duration.ofDays(161 + 31)));
        });
    }

    @Test
    void whatIsOrderedOnceOrAgainWithinTheWeekIsNotUsedUp() {
        var customer =
                who(Map.of(), order(NOON, "tent"), order(NOON, "rope"), order(NOON.plus(Duration.ofDays(6)), "rope"));
        assertThat(times("when a product is used up", customer, NOON)).isEmpty();
    }

    private static List<Instant> times(String rule, Customer customer, Instant after) {
        return Occasion.parse("it: " + rule)
                .get(0)
                .after(customer, after, ZoneId.of("UTC"))
                .map(Occasion.Due::at)
                .toList();
    }

    private static Event order(Instant at, String product) {
        return by("ada", "Order Completed", at, Map.of("product_id", product, "total", 20));
    }

    private static Customer who(Map<String, Object> traits, Event... events) {
        var customer = Profiler.after(
                Customer.unknown(new UUID(0, 1), Set.of(), NOON), Events.identify("ada", null, null, NOON, traits));
        for (var event : events) {
            customer = Profiler.after(customer, event);
        }
        return customer;
    }
}
