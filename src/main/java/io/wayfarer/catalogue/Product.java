package io.wayfarer.catalogue;

import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A product as it was last told; what was never told is null. Each part has the event time of what it is from.
 *
 * @param describedAt of name, url, image, category and brand
 * @param pricedAt of price and currency
 * @param stock pieces, or null when they are not counted
 * @param available false when it is sold out
 * @param stockedAt of stock and available
 */
public record Product(
        String id,
        String name,
        String url,
        String image,
        String category,
        String brand,
        Instant describedAt,
        BigDecimal price,
        String currency,
        Instant pricedAt,
        Long stock,
        Boolean available,
        Instant stockedAt) {

    /** What changes of products are kept as. */
    public enum Kind {
        price,
        sold_out,
        back
    }

    /** @param was and {@code became}: prices; null for stock */
    @Schema(name = "ProductChange")
    public record Change(Kind kind, Instant at, BigDecimal was, BigDecimal became) {}

    /** @param changes the newest first, at most 50 */
    public record WithHistory(Product product, List<Change> changes) {}

    /** Puts what a message may show of it into the properties of an event, in the words of Segment's specification. */
    public void describe(Map<String, Object> properties) {
        put(properties, "name", name);
        put(properties, "url", url);
        put(properties, "image_url", image);
        put(properties, "price", price == null ? null : price.doubleValue());
        put(properties, "currency", currency);
    }

    private static void put(Map<String, Object> properties, String name, Object value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    static Product unknown(String id) {
        return new Product(id, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
