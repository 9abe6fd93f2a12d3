package io.wayfarer.onsite;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What a page is to show.
 *
 * @param personalised false when nobody is known, or when the person refuses to be profiled: what anybody would see
 * @param release what the rules and models are, as decisions name it
 */
record Shown(boolean personalised, String release, List<Slot> slots) {

    /**
     * One place on the page.
     *
     * @param show recommended, popular, cart or nothing
     * @param title by language
     * @param reason why the rules say so
     * @param rule the row that says so
     */
    record Slot(String slot, String show, Map<String, String> title, String reason, String rule, List<Item> items) {}

    /**
     * A product.
     *
     * @param price null when it is not known
     * @param reason why this product, by language; null for what is in the cart
     * @param model version of the model that says so, or null
     */
    record Item(
            String product,
            String name,
            String url,
            String image,
            BigDecimal price,
            String currency,
            Map<String, String> reason,
            String model) {}
}
