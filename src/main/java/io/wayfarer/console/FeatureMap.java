package io.wayfarer.console;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Metric;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** A customer's features, for people to read. */
record FeatureMap(
        @Schema(
                        description =
                                "Counts and sums by days before now, 1, 7, 30 and 90; revenue in the shop's currency, dwell in seconds")
                Map<String, Map<String, Number>> windows,
        @Schema(description = "The same over all time") Map<String, Number> lifetime,
        Instant firstSeen,
        Instant lastSeen,
        Instant lastOrder,
        @Schema(description = "What is in the cart now, the newest first") List<CartItem> cart,
        @Schema(description = "The newest events in short, the newest first") List<Features.Recent> recent) {

    /** A product in the cart; {@code price} of one, null when not known. */
    record CartItem(String product, String title, String url, Double price, int quantity, Instant at) {}

    static FeatureMap of(Features features, Instant now) {
        var windows = new LinkedHashMap<String, Map<String, Number>>();
        for (int days : new int[] {1, 7, 30, 90}) {
            var counts = counts(metric -> features.count(metric, days, now));
            counts.put("activeDays", features.activeDays(days, now));
            windows.put(String.valueOf(days), counts);
        }
        return new FeatureMap(
                windows,
                counts(features::lifetime),
                features.firstSeen(),
                features.lastSeen(),
                features.lastOrder(),
                features.cart().stream()
                        .map(item -> new CartItem(
                                item.product(),
                                item.title(),
                                item.url(),
                                Double.isNaN(item.price()) ? null : item.price(),
                                item.quantity(),
                                item.at()))
                        .toList(),
                features.recent());
    }

    private static Map<String, Number> counts(ToLongFunction<Metric> count) {
        var counts = new LinkedHashMap<String, Number>();
        for (var metric : Metric.values()) {
            var value = count.applyAsLong(metric);
            counts.put(name(metric), metric == Metric.REVENUE ? (Number) (value / 100.0) : (Number) value);
        }
        return counts;
    }

    /** {@code PRODUCT_VIEWS} is productViews. */
    private static String name(Metric metric) {
        var words = metric.name().toLowerCase(Locale.ROOT).split("_");
        var name = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return name.toString();
    }
}
