package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeaturesTest {

    private static final List<String> NAMES = List.of(
            "Product Viewed", "Product Added", "Product Removed", "Order Completed", "Page Left", "Page Viewed");

    @Test
    void countsFallIntoTheWindowsTheyBelongTo() {
        var features = Features.EMPTY
                .with(view("p1", NOON))
                .with(view("p1", NOON.minus(Duration.ofDays(6))))
                .with(view("p1", NOON.minus(Duration.ofDays(7))))
                .with(view("p1", NOON.minus(Duration.ofDays(29))))
                .with(view("p1", NOON.minus(Duration.ofDays(89))));

        assertThat(features.count(Metric.PRODUCT_VIEWS, 1, NOON)).isEqualTo(1);
        assertThat(features.count(Metric.PRODUCT_VIEWS, 7, NOON)).isEqualTo(2);
        assertThat(features.count(Metric.PRODUCT_VIEWS, 30, NOON)).isEqualTo(4);
        assertThat(features.count(Metric.PRODUCT_VIEWS, 90, NOON)).isEqualTo(5);
        assertThat(features.activeDays(90, NOON)).isEqualTo(5);
    }

    @Test
    void aWindowDoesNotSeeWhatComesAfterItsMoment() {
        var features = Features.EMPTY.with(view("p1", NOON)).with(view("p1", NOON.plus(Duration.ofDays(3))));

        assertThat(features.count(Metric.PRODUCT_VIEWS, 30, NOON)).isEqualTo(1);
        assertThat(features.recently("Product Viewed", "p1", 24, NOON)).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanTheLongestWindowCountsInTheLifetimeOnly() {
        var features = Features.EMPTY.with(view("p1", NOON)).with(view("p1", NOON.minus(Duration.ofDays(400))));

        assertThat(features.count(Metric.PRODUCT_VIEWS, 90, NOON)).isEqualTo(1);
        assertThat(features.lifetime(Metric.PRODUCT_VIEWS)).isEqualTo(2);
        assertThat(features.firstSeen()).isEqualTo(NOON.minus(Duration.ofDays(400)));
    }

    @Test
    void eventsInAnyOrderGiveTheSameState() {
        var random = new Random(42);
        for (int round = 0; round < 50; round++) {
            var events = history(random, 120);
            var inOrder = fold(events);
            Collections.shuffle(events, random);
            assertThat(FeaturesCodec.encode(fold(events))).isEqualTo(FeaturesCodec.encode(inOrder));
        }
    }

    @Test
    void theCartHoldsWhatWasAddedSinceTheLastOrderAndNotTakenOut() {
        var features = Features.EMPTY
                .with(add("tent", NOON))
                .with(by("u", "Order Completed", NOON.plusSeconds(10), Map.of("total", 10)))
                .with(add("stove", NOON.plusSeconds(20)))
                .with(add("lamp", NOON.plusSeconds(30)))
                .with(by("u", "Product Removed", NOON.plusSeconds(40), Map.of("product_id", "lamp")));

        assertThat(features.cart()).extracting(Features.CartItem::product).containsExactly("stove");
    }

    @Test
    void anOrderThatArrivesLateEmptiesTheCartItBought() {
        var late = by("u", "Order Completed", NOON.plusSeconds(10), Map.of("total", 10));
        var features = Features.EMPTY
                .with(add("tent", NOON))
                .with(add("stove", NOON.plusSeconds(20)))
                .with(late);

        assertThat(features.cart()).extracting(Features.CartItem::product).containsExactly("stove");
    }

    @Test
    void whatWasOrderedIsRememberedTheNewestFirstAndBounded() {
        var features = Features.EMPTY;
        for (int i = 0; i < 60; i++) {
            var lines = List.of(Map.of("product_id", "tent"), Map.of("sku", i), "no product", Map.of("sku", i));
            features = features.with(by("u", "Order Completed", NOON.plusSeconds(i), Map.of("products", lines)));
        }
        features = features.with(by("u", "Order Completed", NOON.plusSeconds(99), Map.of("product_id", "lamp")))
                .with(by("u", "Product Viewed", NOON.plusSeconds(99), Map.of("product_id", "mug")));

        assertThat(features.bought())
                .hasSize(Features.MAX_BOUGHT)
                .startsWith(
                        new Features.Bought(NOON.plusSeconds(99), "lamp"),
                        new Features.Bought(NOON.plusSeconds(59), "59"),
                        new Features.Bought(NOON.plusSeconds(59), "tent"));
        assertThat(FeaturesCodec.decode(FeaturesCodec.encode(features)).bought())
                .isEqualTo(features.bought());
    }

    @Test
    void whatWasStoredBeforeOrdersWereRememberedCanBeRead() {
        var features = Features.EMPTY.with(view("p1", NOON));
        var old = FeaturesCodec.encode(features);
        old[0] = 1;
        var read = FeaturesCodec.decode(old);

        assertThat(read.recent()).isEqualTo(features.recent());
        assertThat(read.bought()).isEmpty();
    }

    @Test
    void whatIsStoredIsReadBackTheSame() {
        var features = fold(history(new Random(7), 300)).withDecided("start:abandoned-cart", NOON);

        assertThat(FeaturesCodec.encode(FeaturesCodec.decode(FeaturesCodec.encode(features))))
                .isEqualTo(FeaturesCodec.encode(features));
        assertThat(FeaturesCodec.decode(FeaturesCodec.encode(features)).cart()).isEqualTo(features.cart());
    }

    @Test
    void aYearOfABusyCustomerTakesAtMostFourKilobytes() {
        var features = Features.EMPTY;
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            features = features.with(randomEvent(random, NOON.plus(Duration.ofMinutes(26L * i))));
        }
        for (int i = 0; i < 40; i++) {
            features = features.withDecided("start:journey-number-" + i, NOON.plusSeconds(i));
        }

        assertThat(FeaturesCodec.encode(features).length).isLessThan(4096);
    }

    @Test
    void overlongTextIsCutSoThatTheStateStaysSmall() {
        var features = Features.EMPTY;
        for (int i = 0; i < 100; i++) {
            var product = i + "x".repeat(5_000);
            features = features.with(
                    by("u", "Product Added", NOON.plusSeconds(i), Map.of("product_id", product, "name", product)));
        }

        assertThat(features.cart()).hasSize(Features.MAX_CART);
        assertThat(FeaturesCodec.encode(features).length).isLessThan(8192);
    }

    @Test
    void whatNobodyCanMeanIsBounded() {
        var features = Features.EMPTY
                .with(by("u", "Order Completed", NOON, Map.of("total", 1e300)))
                .with(by("u", "Order Completed", NOON, Map.of("total", "NaN")))
                .with(by("u", "Order Completed", NOON, Map.of("total", -5)))
                .with(by("u", "Page Left", NOON, Map.of("dwell", 1e9)));

        assertThat(features.lifetime(Metric.REVENUE)).isEqualTo(1_000_000_000L);
        assertThat(features.lifetime(Metric.DWELL)).isEqualTo(3600);
    }

    @Test
    void bytesOfAnUnknownFormatAreRefused() {
        assertThatThrownBy(() -> FeaturesCodec.decode(new byte[] {9, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("format 9");
        assertThatThrownBy(() -> FeaturesCodec.decode(new byte[] {1, 1})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoHistoriesJoinedAreWhatOneHistoryOfAllEventsWouldBe() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var one = history(random, random.nextInt(120));
            var other = history(random, random.nextInt(120));
            var all = new ArrayList<>(one);
            all.addAll(other);
            Collections.shuffle(all, random);

            var joined = fold(one).joined(fold(other));
            assertThat(FeaturesCodec.encode(joined)).as("seed %s", seed).isEqualTo(FeaturesCodec.encode(fold(all)));
            assertThat(FeaturesCodec.encode(fold(other).joined(fold(one)))).isEqualTo(FeaturesCodec.encode(joined));
        }
    }

    @Test
    void whatWasDecidedForTwoIsRememberedAsIfForOne() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            var one = Features.EMPTY;
            var other = Features.EMPTY;
            var all = Features.EMPTY;
            for (int i = 0; i < 60; i++) {
                var action = "start:" + random.nextInt(30);
                var at = NOON.plusSeconds(i);
                all = all.withDecided(action, at);
                if (random.nextBoolean()) {
                    one = one.withDecided(action, at);
                } else {
                    other = other.withDecided(action, at);
                }
            }
            assertThat(one.joined(other).lastDecided).isEqualTo(all.lastDecided);
        }
    }

    private static List<Event> history(Random random, int events) {
        var history = new ArrayList<Event>();
        for (int i = 0; i < events; i++) {
            history.add(randomEvent(random, NOON.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 120)))));
        }
        return history;
    }

    private static Event randomEvent(Random random, Instant at) {
        return by(
                "u",
                NAMES.get(random.nextInt(NAMES.size())),
                at,
                Map.of("product_id", "product-" + random.nextInt(8), "total", random.nextInt(500), "dwell", 20));
    }

    private static Features fold(List<Event> events) {
        var features = Features.EMPTY;
        for (var event : events) {
            features = features.with(event);
        }
        return features;
    }

    private static Event view(String product, Instant at) {
        return by("u", "Product Viewed", at, Map.of("product_id", product));
    }

    private static Event add(String product, Instant at) {
        return by("u", "Product Added", at, Map.of("product_id", product, "price", 10, "name", product));
    }
}
