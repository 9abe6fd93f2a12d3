package io.wayfarer.learn.judge;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A figure and where it lies with 95 % confidence.
 *
 * @param value measured
 * @param low 2.5 % quantile
 * @param high 97.5 % quantile
 */
public record Interval(double value, double low, double high) {

    private static final int RESAMPLES = 500;
    private static final long SEED = 42;

    /**
     * Percentile bootstrap (Efron 1979): rows are drawn with replacement, 500 times, seeded.
     *
     * @param rows how many there are
     * @param value the figures as measured
     * @param measure the figures, when each row counts so many times
     * @return an interval for each figure
     */
    static Interval[] bootstrap(int rows, double[] value, Function<int[], double[]> measure) {
        var random = new SplittableRandom(SEED);
        var drawn = new double[value.length][RESAMPLES];
        var times = new int[rows];
        for (int round = 0; round < RESAMPLES; round++) {
            Arrays.fill(times, 0);
            for (int i = 0; i < rows; i++) {
                times[random.nextInt(rows)]++;
            }
            var figures = measure.apply(times);
            for (int figure = 0; figure < figures.length; figure++) {
                drawn[figure][round] = figures[figure];
            }
        }
        var intervals = new Interval[value.length];
        for (int figure = 0; figure < intervals.length; figure++) {
            // a draw without one of the two kinds has no figure
            var sorted = Arrays.stream(drawn[figure])
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            intervals[figure] = sorted.length == 0
                    ? new Interval(value[figure], Double.NaN, Double.NaN)
                    : new Interval(
                            value[figure],
                            sorted[(int) (0.025 * (sorted.length - 1))],
                            sorted[(int) Math.ceil(0.975 * (sorted.length - 1))]);
        }
        return intervals;
    }

    /** The share of hits, with the interval of Wilson (1927). */
    static Interval share(long hits, long of) {
        if (of == 0) {
            return new Interval(Double.NaN, Double.NaN, Double.NaN);
        }
        var z = 1.959964;
        var share = hits / (double) of;
        var centre = (share + z * z / (2 * of)) / (1 + z * z / of);
        var half = z / (1 + z * z / of) * Math.sqrt(share * (1 - share) / of + z * z / (4.0 * of * of));
        return new Interval(share, Math.max(0, centre - half), Math.min(1, centre + half));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f (%.4f to %.4f)", value, low, high);
    }
}
