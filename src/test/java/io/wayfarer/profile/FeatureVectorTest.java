package io.wayfarer.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.ingest.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FeatureVectorTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String[] NAMES = {
        "Product Viewed", "Products Searched", "Product Added", "Order Completed", "Page Left", "Ticket Opened"
    };

    @Test
    void everyWindowIsTheCountThatTheFeaturesGive() {
        var customer = somebody(new Random(7), 400);
        var vector = FeatureVector.of(customer, NOW);
        for (var days : new int[] {1, 7, 30, 90}) {
            for (var metric : Metric.values()) {
                var name = metric.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + days + "d";
                var count = customer.features().count(metric, days, NOW);
                var expected = metric == Metric.REVENUE ? count / 100.0 : count;
                assertThat(value(vector, name)).as(name).isCloseTo(expected, within(1e-6));
            }
            assertThat(value(vector, "active-days-" + days + "d"))
                    .isEqualTo(customer.features().activeDays(days, NOW));
        }
    }

    @Test
    void recencyAndCartAreInDaysAndMoney() {
        var customer = Customer.unknown(UUID.randomUUID(), Set.of(), NOW.minus(Duration.ofDays(9)));
        customer = Profiler.after(customer, event("Order Completed", 9, Map.of("total", 50)));
        customer = Profiler.after(
                customer, event("Product Added", 2, Map.of("product_id", "p1", "price", 12.5, "quantity", 2)));
        var vector = FeatureVector.of(customer, NOW);
        assertThat(value(vector, "days-since-seen")).isEqualTo(2);
        assertThat(value(vector, "days-since-previous-visit")).isEqualTo(2);
        assertThat(value(vector, "days-since-first-seen")).isEqualTo(9);
        assertThat(value(vector, "days-since-order")).isEqualTo(9);
        assertThat(value(vector, "days-in-stage")).isEqualTo(9);
        assertThat(value(vector, "has-ordered")).isEqualTo(1);
        assertThat(value(vector, "revenue-ever")).isEqualTo(50);
        assertThat(value(vector, "cart-items")).isEqualTo(1);
        assertThat(value(vector, "cart-value")).isEqualTo(25);
    }

    @Test
    void ofSomebodyNeverSeenNothingIsMissing() {
        var nobody = Customer.unknown(UUID.randomUUID(), Set.of(), NOW.plusSeconds(60));
        var vector = FeatureVector.of(nobody, NOW);
        assertThat(vector).hasSize(FeatureVector.NAMES.size());
        for (var value : vector) {
            assertThat(value).isFinite().isNotNegative();
        }
        assertThat(value(vector, "days-since-order")).isEqualTo(FeatureVector.LONG_AGO);
        assertThat(value(vector, "has-ordered")).isZero();
    }

    @Test
    void namesAreUnique() {
        assertThat(FeatureVector.NAMES).doesNotHaveDuplicates().hasSizeGreaterThan(70);
    }

    private static double value(double[] vector, String name) {
        var index = FeatureVector.NAMES.indexOf(name);
        assertThat(index).as(name).isNotNegative();
        return FeatureVector.natural(index, vector[index]);
    }

    private static Customer somebody(Random random, int events) {
        var customer = Customer.unknown(UUID.randomUUID(), Set.of(), NOW.minus(Duration.ofDays(120)));
        for (int i = 0; i < events; i++) {
            // some of it up to two days ahead, as with a clock that is wrong
            var hours = random.nextInt(120 * 24) - 48;
            var at = NOW.minus(Duration.ofHours(hours));
            customer = Profiler.after(
                    customer,
                    event(
                            NAMES[random.nextInt(NAMES.length)],
                            at,
                            Map.of("total", 19.99, "dwell", random.nextInt(3000))));
        }
        return customer;
    }

    private static Event event(String name, int daysAgo, Map<String, Object> properties) {
        return event(name, NOW.minus(Duration.ofDays(daysAgo)), properties);
    }

    private static Event event(String name, Instant at, Map<String, Object> properties) {
        var id = UUID.randomUUID();
        return new Event(
                id,
                "test",
                id.toString(),
                name,
                "web",
                at,
                at,
                null,
                "browser",
                null,
                Map.of(),
                Map.of(),
                properties,
                Map.of());
    }
}
