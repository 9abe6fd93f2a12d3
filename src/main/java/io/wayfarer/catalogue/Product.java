package io.wayfarer.catalogue;

import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

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

    static Product unknown(String id) {
        return new Product(id, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
