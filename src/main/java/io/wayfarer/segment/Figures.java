package io.wayfarer.segment;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Metric;
import java.time.Instant;
import java.util.List;

/** A customer at a moment in the few figures that segments are made of; all finite and not negative. */
final class Figures {

    static final int SINCE_ORDER = 0;
    static final int ORDERS = 1;
    static final int REVENUE = 2;
    static final int ORDER_VALUE = 3;
    static final int VISITS = 4;
    static final int SINCE_SEEN = 5;

    /** In the order of the figures; money is in units of the shop's currency. */
    static final List<String> NAMES =
            List.of("daysSinceOrder", "orders", "revenue", "revenuePerOrder", "activeDays90d", "daysSinceSeen");

    private Figures() {}

    /** As many numbers as {@link #NAMES}. */
    static double[] of(Customer customer, Instant now) {
        var features = customer.features();
        var orders = features.lifetime(Metric.ORDERS);
        var revenue = Math.max(0, features.lifetime(Metric.REVENUE)) / 100.0;
        return new double[] {
            FeatureVector.daysSince(features.lastOrder(), now),
            Math.max(0, orders),
            revenue,
            orders > 0 ? revenue / orders : 0,
            features.activeDays(90, now),
            FeatureVector.daysSince(features.lastSeen(), now)
        };
    }
}
