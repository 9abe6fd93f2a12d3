package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import java.util.List;
import java.util.Map;

/** The products that a message shows. */
final class Shown {

    private Shown() {}

    /**
     * @param needs cart, items or empty, as the template says
     * @return ids of products; of one without an id an empty text
     */
    static List<String> by(String needs, Messages.Outgoing message, Customer customer) {
        return switch (needs) {
            case "cart" ->
                customer.features().cart().stream()
                        .map(Features.CartItem::product)
                        .toList();
            case "items" ->
                message.facts().get("items") instanceof List<?> items
                        ? items.stream()
                                .filter(one -> one instanceof Map<?, ?> item && item.get("title") instanceof String)
                                .map(one -> ((Map<?, ?>) one).get("product") instanceof String id ? id : "")
                                .toList()
                        : List.of();
            default -> List.of();
        };
    }
}
