package io.wayfarer.catalogue;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Refusal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an event says of a product. Names are those of Segment's specification, and the other ones that shops have for the
 * same.
 */
record ProductEvent(
        String id,
        Instant at,
        String name,
        String url,
        String image,
        String category,
        String brand,
        BigDecimal price,
        String currency,
        Long stock,
        Boolean available) {

    private static final BigDecimal MAX_PRICE = new BigDecimal("1e12");
    private static final long MAX_STOCK = 1_000_000_000_000L;
    private static final Set<String> SOLD_OUT =
            Set.of("out of stock", "sold out", "outofstock", "discontinued", "unavailable", "false");

    /** @throws Refusal naming the property that cannot be used */
    static ProductEvent of(Event event) {
        var said = event.properties();
        var id = text(said, 200, "product_id", "productId", "sku", "id");
        if (id == null) {
            throw Refusal.bad("product_id", "product_id is required");
        }
        var stock = number(said, "stock", "quantity", "inventory_quantity", "available_quantity");
        if (stock != null && stock.abs().compareTo(BigDecimal.valueOf(MAX_STOCK)) > 0) {
            throw Refusal.bad("stock", "stock is out of range");
        }
        var price = number(said, "price");
        if (price != null && (price.signum() < 0 || price.compareTo(MAX_PRICE) >= 0)) {
            throw Refusal.bad("price", "price is out of range");
        }
        var currency = text(said, 3, "currency");
        var pieces = stock == null ? null : stock.longValue();
        return new ProductEvent(
                id,
                event.at(),
                cut(said, 300, "name", "title"),
                cut(said, 2_000, "url", "link"),
                cut(said, 2_000, "image_url", "image", "image_link"),
                cut(said, 300, "category", "product_type"),
                cut(said, 200, "brand", "vendor"),
                price == null ? null : price.setScale(4, RoundingMode.HALF_UP),
                currency == null ? null : currency.toUpperCase(Locale.ROOT),
                pieces,
                available(said, pieces));
    }

    private static Boolean available(Map<String, Object> said, Long pieces) {
        for (var name : List.of("available", "availability", "in_stock")) {
            if (said.get(name) instanceof Boolean truth) {
                return truth;
            }
            if (said.get(name) instanceof String word && !word.isBlank()) {
                return !SOLD_OUT.contains(word.strip().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        }
        return pieces == null ? null : (Boolean) (pieces > 0);
    }

    private static String text(Map<String, Object> said, int maxLength, String... names) {
        for (var name : names) {
            var value = said.get(name);
            if (value instanceof Number number && !(value instanceof Double)) {
                return number.toString();
            }
            if (value instanceof String text && !text.isBlank()) {
                if (text.strip().length() > maxLength) {
                    throw Refusal.bad(name, name + " may have at most " + maxLength + " characters");
                }
                return text.strip();
            }
        }
        return null;
    }

    private static String cut(Map<String, Object> said, int length, String... names) {
        for (var name : names) {
            if (said.get(name) instanceof String text && !text.isBlank()) {
                return text.length() <= length
                        ? text.strip()
                        : text.substring(0, length).strip();
            }
        }
        return null;
    }

    private static BigDecimal number(Map<String, Object> said, String... names) {
        for (var name : names) {
            if (said.get(name) != null) {
                var number = Event.toNumber(said.get(name));
                if (Double.isNaN(number)) {
                    throw Refusal.bad(name, name + " must be a number");
                }
                return BigDecimal.valueOf(number);
            }
        }
        return null;
    }
}
