package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Marks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What cleaning found decides what is counted; what was said stays as it was. */
class CleanedFeaturesTest {

    private static final Customer ADA = Customer.unknown(new UUID(1, 1), Set.of(), NOON);

    private static Event order(Map<String, Object> properties, Map<String, Object> marks) {
        return by("ada", "Order Completed", NOON, properties).with(NOON, NOON, marks);
    }

    private static double revenue(Event event) {
        return Profiler.after(ADA, event).features().lifetime(Metric.REVENUE) / 100.0;
    }

    @Test
    void anOutlierIsCountedAtItsBoundAndKeptAsItWas() {
        var event = order(Map.of("total", 9_999_999), Map.of(Marks.OUTLIERS, Map.of("total", 812.5)));

        assertThat(revenue(event)).isEqualTo(812.5);
        assertThat(event.properties()).containsEntry("total", 9_999_999);
    }

    @Test
    void anAmountIsCountedInTheShopsCurrencyAndNotAtAllWithoutARate() {
        assertThat(revenue(order(
                        Map.of("total", 108.98, "currency", "USD"),
                        Map.of(Marks.RATE, Map.of("currency", "USD", "rate", 1.0898, "date", "2019-10-01")))))
                .isEqualTo(100.0);
        assertThat(revenue(order(
                        Map.of("total", 5_000_000, "currency", "SHELLS"),
                        Map.of(Marks.RATE, Map.of("currency", "SHELLS")))))
                .isZero();
    }

    @Test
    void aPriceInTheCartIsInTheShopsCurrencyAndOneTooLargeToBeBelievedIsNotShown() {
        var dollars = by("ada", "Product Added", NOON, Map.of("product_id", "tent", "price", 109.0, "currency", "USD"))
                .with(NOON, NOON, Map.of(Marks.RATE, Map.of("currency", "USD", "rate", 1.09)));
        var wrong = by("ada", "Product Added", NOON, Map.of("product_id", "lamp", "price", 4e6))
                .with(NOON, NOON, Map.of(Marks.OUTLIERS, Map.of("price", 900.0)));
        var cart =
                Profiler.after(Profiler.after(ADA, dollars), wrong).features().cart();

        assertThat(cart).extracting(Features.CartItem::product).containsExactly("lamp", "tent");
        assertThat(cart.get(0).price()).isNaN();
        assertThat(cart.get(1).price()).isEqualTo(100.0, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void whatNoPersonDidOrWasToldTwiceIsNotCounted() {
        for (var mark : List.<Map<String, Object>>of(
                Map.of(Marks.BOT, true),
                Map.of(Marks.MACHINE, true),
                Map.of(Marks.DUPLICATE_OF, UUID.randomUUID().toString()))) {
            var event = order(Map.of("total", 40), mark);
            assertThat(event.counts()).isFalse();
            assertThat(Profiler.after(ADA, event)).as(mark.toString()).isEqualTo(ADA);
        }
    }

    @Test
    void aProgramCannotAgreeForAPersonOrSayWhoTheyAreButItsRefusalIsHeard() {
        var traits = Map.<String, Object>of("name", "Robot", "consent", Map.of("marketing", true, "news", false));
        var event =
                io.wayfarer.Events.identify("ada", "b", null, NOON, traits).with(NOON, NOON, Map.of(Marks.BOT, true));
        var after = Profiler.after(ADA, event);

        assertThat(after.traits()).isEmpty();
        assertThat(after.consentsTo("marketing")).isFalse();
        assertThat(after.refuses("news")).isTrue();
    }

    @Test
    void readAgainFromTheLogTheSameIsCounted() throws IOException {
        var json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        var events = List.of(
                order(Map.of("total", 9_999_999), Map.of(Marks.OUTLIERS, Map.of("total", 812.37))),
                order(
                        Map.of("total", 77.7, "currency", "USD"),
                        Map.of(Marks.RATE, Map.of("currency", "USD", "rate", 1.0 / 3, "date", "2019-10-01"))),
                order(Map.of("total", 5), Map.of(Marks.BOT, true, Marks.WHY, "speed")),
                by("ada", "Page Left", NOON, Map.of("dwell", 99_999))
                        .with(NOON, NOON, Map.of(Marks.OUTLIERS, Map.of("dwell", 600.01))));
        var live = ADA;
        var replayed = ADA;
        for (var event : events) {
            live = Profiler.after(live, event);
            replayed = Profiler.after(replayed, json.readValue(json.writeValueAsString(event), Event.class));
        }

        assertThat(FeaturesCodec.encode(replayed.features())).isEqualTo(FeaturesCodec.encode(live.features()));
        assertThat(live.features().lifetime(Metric.REVENUE)).isEqualTo(81_237 + 23_310);
        assertThat(live.features().lifetime(Metric.DWELL)).isEqualTo(600);
    }
}
