package io.wayfarer.recommend;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people do that says they want a product, and how much it says. */
enum Sign {
    VIEWED("Product Viewed", 0.2f),
    IN_CART("Product Added", 0.5f),
    BOUGHT("Order Completed", 1);

    private static final Map<String, Sign> BY_EVENT =
            Arrays.stream(values()).collect(Collectors.toMap(sign -> sign.event, Function.identity()));

    final String event;
    final float strength;

    Sign(String event, float strength) {
        this.event = event;
        this.strength = strength;
    }

    /** Null when an event of this name says nothing of that kind. */
    static Sign of(String event) {
        return BY_EVENT.get(event);
    }
}
