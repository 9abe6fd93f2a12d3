package io.wayfarer.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/**
 * What was said of satisfaction by UTC day, of a person or of a product: immutable, of bounded size, and the same in
 * whatever order it was said. What is older than {@value #KEPT_DAYS} days before the newest is forgotten.
 *
 * <p>The index is the mean of what was said in the {@value #SPAN_DAYS} days before a moment, each by its weight, which halves
 * every {@value #HALF_LIFE_DAYS} days, and drawn to {@value #PRIOR} by a weight of {@value #PRIOR_WEIGHT}: who has said
 * little has an index near it (shrinkage as in the posterior mean of a beta distribution).
 */
public final class Satisfaction {

    public static final int SPAN_DAYS = 180;
    public static final int HALF_LIFE_DAYS = 30;
    public static final int PRIOR = 70;
    public static final int PRIOR_WEIGHT = 2;

    /** The trend is the index less what it was so long ago. */
    public static final int TREND_DAYS = 30;

    public static final int KEPT_DAYS = SPAN_DAYS + TREND_DAYS;

    public static final Satisfaction NOTHING = new Satisfaction(new TreeMap<>());

    private static final double[] FADED = new double[SPAN_DAYS];

    static {
        for (int age = 0; age < SPAN_DAYS; age++) {
            FADED[age] = Math.pow(0.5, age / (double) HALF_LIFE_DAYS);
        }
    }

    /**
     * What one event says, or several. Whole numbers, so that a sum is the same in any order.
     *
     * @param observations how often something was said
     * @param weight the sum of their weights, in hundredths
     * @param points the sum of weight times value, in the same hundredths; a value is from 0 (unhappy) to 100 (happy)
     */
    public record Said(long observations, long weight, long points) {

        public static final Said NOTHING = new Said(0, 0, 0);

        /** @throws IllegalArgumentException when the value is not from 0 to 100, or the weight not from 0.01 to 10 */
        public static Said of(double value, double weight) {
            if (!(value >= 0 && value <= 100)) {
                throw new IllegalArgumentException("satisfaction is from 0 to 100, not " + value);
            }
            if (!(weight >= 0.01 && weight <= 10)) {
                throw new IllegalArgumentException(
                        "what is said of satisfaction weighs from 0.01 to 10, not " + weight);
            }
            return new Said(1, Math.round(100 * weight), Math.round(value * Math.round(100 * weight)));
        }

        public Said plus(Said other) {
            return new Said(observations + other.observations, weight + other.weight, points + other.points);
        }
    }

    /**
     * How satisfied.
     *
     * @param index from 0 to 100, to one decimal
     * @param trend the index less that of {@value Satisfaction#TREND_DAYS} days before; null when nothing had been said
     *     then
     * @param observations how often something was said of it in the span; with few the index is mostly prior
     */
    public record Index(double index, Double trend, long observations) {}

    /** By UTC day since 1970. */
    final TreeMap<Integer, Said> days;

    Satisfaction(TreeMap<Integer, Said> days) {
        this.days = days;
    }

    /** The same with something more that was said on that UTC day. */
    public Satisfaction with(int day, Said said) {
        if (said.observations() == 0) {
            return this;
        }
        var all = new TreeMap<>(days);
        all.merge(day, said, Said::plus);
        return kept(all);
    }

    Satisfaction joined(Satisfaction other) {
        var all = new TreeMap<>(days);
        other.days.forEach((day, said) -> all.merge(day, said, Said::plus));
        return kept(all);
    }

    private static Satisfaction kept(TreeMap<Integer, Said> all) {
        if (!all.isEmpty()) {
            all.headMap(all.lastKey() - KEPT_DAYS, true).clear();
        }
        return new Satisfaction(all);
    }

    /** As it was at the moment. */
    public Index at(Instant moment) {
        var today = Features.dayOf(moment);
        var now = sum(today);
        var before = sum(Features.dayOf(moment.minus(Duration.ofDays(TREND_DAYS))));
        return new Index(
                tenths(now.index()), before.count == 0 ? null : tenths(now.index() - before.index()), now.count);
    }

    private record Sum(long count, double weight, double points) {
        double index() {
            return (points + PRIOR * PRIOR_WEIGHT) / (weight + PRIOR_WEIGHT);
        }
    }

    private Sum sum(int today) {
        var count = 0L;
        var weight = 0.0;
        var points = 0.0;
        for (var day : days.subMap(today - SPAN_DAYS, false, today, true).entrySet()) {
            var faded = FADED[today - day.getKey()] / 100;
            count += day.getValue().observations();
            weight += faded * day.getValue().weight();
            points += faded * day.getValue().points();
        }
        return new Sum(count, weight, points);
    }

    private static double tenths(double value) {
        return Math.round(10 * value) / 10.0;
    }
}
