package io.wayfarer.learn.model;

import io.wayfarer.learn.judge.Measures;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds inputs that know the label: an order's number beside "has ordered", the refund beside "has complained". Each input is
 * asked alone. The rows with an even place say what the label is for each of its values, or for each fiftieth of its numbers,
 * and those with an odd place are predicted by that, and the other way round; what is missing is a value, too.
 */
public final class Leaks {

    /** No honest input is this good alone. */
    static final double AUC = 0.99;

    /** Of the variance of a number that one input explains. */
    static final double R2 = 0.99;

    private static final int PARTS = 50;

    private Leaks() {}

    /** @return why, in words, by the name of each input that knows the label */
    public static Map<String, String> of(Rows training) {
        var leaks = new LinkedHashMap<String, String>();
        for (int input = 0; input < training.inputs().size(); input++) {
            var place = input;
            var values = Arrays.stream(training.values())
                    .mapToDouble(row -> row[place])
                    .toArray();
            var number = training.inputs().get(input).levels().isEmpty();
            var guesses = guesses(number ? parts(values) : places(values), training);
            var why = training.binary()
                    ? leakByRank(values, number, guesses, training)
                    : leakByShare(values, number, guesses, training.labels());
            if (why != null) {
                leaks.put(training.inputs().get(input).name(), why);
            }
        }
        return leaks;
    }

    private static String leakByRank(double[] values, boolean number, double[] guesses, Rows training) {
        var happened = training.happened();
        var best = Measures.auc(guesses, happened);
        if (number) {
            for (var missing : new double[] {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
                var auc = Measures.auc(
                        Arrays.stream(values)
                                .map(value -> Double.isNaN(value) ? missing : value)
                                .toArray(),
                        happened);
                best = Math.max(best, Math.max(auc, 1 - auc));
            }
        }
        return best > AUC ? String.format(Locale.ROOT, "it knows the label: alone it has an AUC of %.4f", best) : null;
    }

    private static String leakByShare(double[] values, boolean number, double[] guesses, double[] labels) {
        var best = squaredCorrelation(guesses, labels);
        if (number) {
            var known = IntStream.range(0, values.length)
                    .filter(i -> !Double.isNaN(values[i]))
                    .toArray();
            if (known.length > values.length / 2) {
                var x = Arrays.stream(known).mapToDouble(i -> values[i]).toArray();
                var y = Arrays.stream(known).mapToDouble(i -> labels[i]).toArray();
                // by rank too: the logarithm of the label is the label
                best = Math.max(best, Math.max(squaredCorrelation(x, y), squaredCorrelation(ranks(x), ranks(y))));
            }
        }
        return best > R2
                ? String.format(Locale.ROOT, "it knows the label: alone it explains %.2f %% of it", 100 * best)
                : null;
    }

    /** Mean label of the value's other half of the rows; the mean of all where there is none. */
    private static double[] guesses(int[] value, Rows training) {
        var kinds = Arrays.stream(value).max().orElse(0) + 1;
        var sums = new double[2][kinds];
        var counts = new int[2][kinds];
        for (int row = 0; row < value.length; row++) {
            sums[row % 2][value[row]] += training.labels()[row];
            counts[row % 2][value[row]]++;
        }
        var mean = training.mean();
        var guesses = new double[value.length];
        for (int row = 0; row < value.length; row++) {
            var other = 1 - row % 2;
            guesses[row] = (sums[other][value[row]] + mean) / (counts[other][value[row]] + 1);
        }
        return guesses;
    }

    private static int[] places(double[] values) {
        return Arrays.stream(values)
                .mapToInt(value -> Double.isNaN(value) ? 0 : (int) value + 1)
                .toArray();
    }

    /** 0 for what is missing; otherwise which fiftieth it is in, or which value when there are few. */
    private static int[] parts(double[] values) {
        var sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        var distinct = Arrays.stream(sorted).distinct().limit(2 * PARTS + 1).toArray();
        var borders = distinct.length <= 2 * PARTS
                ? distinct
                : IntStream.range(0, PARTS)
                        .mapToDouble(part -> sorted[(int) ((long) part * sorted.length / PARTS)])
                        .distinct()
                        .toArray();
        return Arrays.stream(values)
                .mapToInt(value -> {
                    if (Double.isNaN(value)) {
                        return 0;
                    }
                    var place = Arrays.binarySearch(borders, value);
                    return place >= 0 ? place + 1 : -place - 1;
                })
                .toArray();
    }

    private static double[] ranks(double[] values) {
        var order = IntStream.range(0, values.length)
                .boxed()
                .sorted((a, b) -> Double.compare(values[a], values[b]))
                .toList();
        var ranks = new double[values.length];
        for (int from = 0, to; from < order.size(); from = to) {
            for (to = from; to < order.size() && values[order.get(to)] == values[order.get(from)]; to++) {
                // to the end of the tie
            }
            for (int i = from; i < to; i++) {
                ranks[order.get(i)] = (from + to - 1) / 2.0;
            }
        }
        return ranks;
    }

    private static double squaredCorrelation(double[] x, double[] y) {
        var meanX = Arrays.stream(x).average().orElse(0);
        var meanY = Arrays.stream(y).average().orElse(0);
        double xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        return xx == 0 || yy == 0 ? 0 : xy * xy / (xx * yy);
    }
}
