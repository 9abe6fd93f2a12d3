package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Metric;
import java.time.Duration;
import java.time.Instant;

/** What a rule of segments.drl sees: a customer at a moment, whatever happened last. Each getter is a word of the rules. */
public final class Standing {

    private static final long NEVER = 10_000;

    private final Customer customer;
    private final Instant now;

    Standing(Customer customer, Instant now) {
        this.customer = customer;
        this.now = now;
    }

    /** Where the customer is: awareness, evaluation, purchase, use, after-sales. */
    public String getStage() {
        return customer.stage().label();
    }

    /** Orders ever. */
    public long getOrders() {
        return customer.features().lifetime(Metric.ORDERS);
    }

    /** Money ever spent, in units of the shop's currency. */
    public double getRevenue() {
        return customer.features().lifetime(Metric.REVENUE) / 100.0;
    }

    /** Whole days since the newest order; 10,000 when there was none. */
    public long getDaysSinceOrder() {
        return days(customer.features().lastOrder());
    }

    /** Whole days since anything was heard of them; 10,000 when nothing was. */
    public long getDaysSinceSeen() {
        return days(customer.features().lastSeen());
    }

    /** Days on which something was heard of them, of the last so many (at most 90). */
    public int activeDays(int days) {
        return customer.features().activeDays(days, now);
    }

    /** How often products were viewed in so many days (at most 90). */
    public long views(int days) {
        return customer.features().count(Metric.PRODUCT_VIEWS, days, now);
    }

    /** How many tickets were opened in so many days (at most 90). */
    public long tickets(int days) {
        return customer.features().count(Metric.TICKETS, days, now);
    }

    /** How many orders were refunded in so many days (at most 90). */
    public long refunds(int days) {
        return customer.features().count(Metric.REFUNDS, days, now);
    }

    /** What was said of the person, such as {@code trait("plan") == "gold"}; null when nothing was. */
    public Object trait(String name) {
        return customer.trait(name);
    }

    private long days(Instant at) {
        return at == null ? NEVER : Math.max(0, Duration.between(at, now).toDays());
    }
}
