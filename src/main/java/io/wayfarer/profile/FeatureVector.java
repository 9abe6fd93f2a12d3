package io.wayfarer.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A customer at a moment as numbers for a model: the one way to them, live and in training. Every number is ln(1 + x) of
 * a count, a sum, a duration or a price, so that one heavy user does not outweigh all others; {@link #natural} gives x
 * back. None is ever missing: what never happened counts as {@value #LONG_AGO} days ago, and has a flag of its own.
 */
public final class FeatureVector {

    /** Days after which longer ago means the same. */
    public static final int LONG_AGO = 365;

    private static final int[] WINDOWS = {1, 7, 30, Features.WINDOW_DAYS};
    private static final double[] LN1P = new double[1024];
    private static final double MILLIS_A_DAY = Duration.ofDays(1).toMillis();

    static {
        for (int i = 0; i < LN1P.length; i++) {
            LN1P[i] = Math.log(1 + i);
        }
    }

    /**
     * What each number is called, in their order. A window is named by its days: {@code product-views-7d}. Money is in
     * units of the currency, dwell in seconds, {@code days-...} in days and fractions of them.
     */
    public static final List<String> NAMES = names();

    private FeatureVector() {}

    /** The numbers at {@code now}; as many as {@link #NAMES}, all finite and not negative. */
    public static double[] of(Customer customer, Instant now) {
        var features = customer.features();
        var vector = new double[NAMES.size()];
        var today = Features.dayOf(now);
        var next = windows(features, today, vector);

        next = put(vector, next, features.lifetime(Metric.EVENTS));
        next = put(vector, next, features.lifetime(Metric.ORDERS));
        next = put(vector, next, money(features.lifetime(Metric.REVENUE)));
        next = put(vector, next, daysSince(features.lastSeen(), now));
        next = put(vector, next, sincePreviousVisit(features, today));
        next = put(vector, next, features.firstSeen() == null ? 0 : daysSince(features.firstSeen(), now));
        next = put(vector, next, daysSince(features.lastOrder(), now));
        next = put(vector, next, features.lastOrder() == null ? 0 : 1);
        next = put(vector, next, daysSince(customer.stageSince(), now));
        var cart = features.cart();
        var value = 0.0;
        for (var item : cart) {
            value += Double.isNaN(item.price()) ? 0 : Math.max(0, item.price()) * item.quantity();
        }
        next = put(vector, next, cart.size());
        put(vector, next, value);
        return vector;
    }

    /** What the number at {@code index} was before it was scaled: a count, a sum, days, money. */
    public static double natural(int index, double scaled) {
        var natural = Math.exp(scaled) - 1;
        // a whole number comes back as one, which rounding would spoil
        var whole = Math.rint(natural);
        return Math.abs(natural - whole) < 1e-9 * (1 + whole) ? whole : natural;
    }

    /** All windows in one pass over the days, the newest first: each window goes on where the shorter one ended. */
    private static int windows(Features features, int today, double[] vector) {
        var sums = new long[Features.METRICS];
        var active = 0;
        var row = features.days.length - 1;
        while (row >= 0 && features.days[row] > today) {
            row--;
        }
        var next = 0;
        for (var window : WINDOWS) {
            for (; row >= 0 && features.days[row] > today - window; row--) {
                for (int m = 0; m < Features.METRICS; m++) {
                    sums[m] += features.counts[row * Features.METRICS + m];
                }
                active++;
            }
            for (int m = 0; m < Features.METRICS; m++) {
                next = m == Metric.REVENUE.ordinal() ? put(vector, next, money(sums[m])) : put(vector, next, sums[m]);
            }
            next = put(vector, next, active);
        }
        return next;
    }

    private static double sincePreviousVisit(Features features, int today) {
        for (int row = features.days.length - 1; row >= 0; row--) {
            if (features.days[row] < today) {
                return today - features.days[row];
            }
        }
        return LONG_AGO;
    }

    /** At most {@value #LONG_AGO}, and that when it never happened ({@code at} is null); not negative. */
    public static double daysSince(Instant at, Instant now) {
        // whole milliseconds: what the database rounds off a time is no difference between live and training
        var days = at == null ? LONG_AGO : (now.toEpochMilli() - at.toEpochMilli()) / MILLIS_A_DAY;
        return Math.max(0, Math.min(days, LONG_AGO));
    }

    private static double money(long hundredths) {
        return hundredths / 100.0;
    }

    private static int put(double[] vector, int index, long count) {
        vector[index] = count >= 0 && count < LN1P.length ? LN1P[(int) count] : Math.log(1.0 + Math.max(0, count));
        return index + 1;
    }

    private static int put(double[] vector, int index, double value) {
        vector[index] = value == 0 ? 0 : Math.log(1 + value);
        return index + 1;
    }

    private static List<String> names() {
        var names = new ArrayList<String>();
        for (var window : WINDOWS) {
            for (var metric : Metric.values()) {
                names.add(metric.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + window + "d");
            }
            names.add("active-days-" + window + "d");
        }
        names.addAll(List.of(
                "events-ever",
                "orders-ever",
                "revenue-ever",
                "days-since-seen",
                "days-since-previous-visit",
                "days-since-first-seen",
                "days-since-order",
                "has-ordered",
                "days-in-stage",
                "cart-items",
                "cart-value"));
        return List.copyOf(names);
    }
}
