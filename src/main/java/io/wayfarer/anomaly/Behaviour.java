package io.wayfarer.anomaly;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How somebody pays, orders and gives back, as numbers at the moment of an order or a refund: the one way to them, live and
 * in learning: it looks at counts of events alone, which the log can tell again. Each is ln(1 + x) of a count, a time or an amount; none is ever missing.
 */
public final class Behaviour {

    /** What the numbers are called, in their order; a window is named by its days. */
    public static final List<String> NAMES = List.of(
            "failed-payments-1d",
            "orders-in-hour",
            "orders-1d",
            "order-value",
            "times-usual",
            "orders-before",
            "hours-known",
            "refunds-30d",
            "refunds-per-order",
            "products-in-order",
            "product-views-1d");

    private static final Set<String> JUDGED = Set.of("Order Completed", "Order Refunded");

    private Behaviour() {}

    /** True for what is judged: an order or a refund that counts. */
    public static boolean isJudged(Event event) {
        return JUDGED.contains(event.name()) && event.counts();
    }

    /**
     * The numbers of {@link #NAMES}, finite and not negative.
     *
     * @param before the customer before the event
     * @param customer the customer with the event counted
     */
    public static double[] of(Customer before, Customer customer, Event event) {
        var features = customer.features();
        var at = event.at();
        var isOrder = event.name().equals("Order Completed");
        var ordersBefore = before.features().lifetime(Metric.ORDERS);
        var usual = ordersBefore == 0 ? 0 : before.features().lifetime(Metric.REVENUE) / 100.0 / ordersBefore;
        // a refund seldom says its amount, and is as large as the order was
        var value = isOrder ? Metric.orderValue(event) : usual;
        double[] natural = {
            features.recently("Payment Failed", null, 24, at),
            features.recently("Order Completed", null, 1, at),
            features.recently("Order Completed", null, 24, at),
            value,
            usual > 0 ? value / usual : 1,
            ordersBefore,
            Math.max(0, Duration.between(features.firstSeen(), at).toMinutes()) / 60.0,
            features.count(Metric.REFUNDS, 30, at),
            features.lifetime(Metric.REFUNDS) / Math.max(1.0, features.lifetime(Metric.ORDERS)),
            isOrder ? Features.orderedIn(event.properties()).size() : 0,
            features.count(Metric.PRODUCT_VIEWS, 1, at)
        };
        for (int i = 0; i < natural.length; i++) {
            natural[i] = Math.log1p(natural[i]);
        }
        return natural;
    }
}
