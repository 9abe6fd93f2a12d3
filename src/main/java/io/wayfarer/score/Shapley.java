package io.wayfarer.score;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * What each input adds to what a model says of one row, compared with another row, the baseline: the mean, over all orders
 * in which the inputs may be exchanged one by one from baseline to row, of the change that each brings (Shapley 1953, with
 * one baseline as by Sundararajan and Najmi 2020). It is estimated from random orders, each taken forwards and backwards
 * (antithetic sampling, Mitchell et al. 2022). The values always add up to the difference of the two answers; of a model
 * that is a sum over its inputs they are exact.
 *
 * @param values by input
 * @param errors standard errors of the values
 */
record Shapley(double[] values, double[] errors) {

    private static final long SEED = 42;

    /**
     * @param model answers for a row; it must not keep it
     * @param inputs which places of the row may differ
     * @param pairs of orders; at least 2. The model is asked 2 x pairs x inputs times
     * @return values and errors in the order of {@code inputs}
     */
    static Shapley of(ToDoubleFunction<double[]> model, double[] row, double[] baseline, int[] inputs, int pairs) {
        var differing = Arrays.stream(inputs)
                .filter(input -> row[input] != baseline[input])
                .toArray();
        var random = new SplittableRandom(SEED);
        var sums = new double[row.length];
        var squares = new double[row.length];
        var one = new double[row.length];
        var start = model.applyAsDouble(baseline.clone());
        for (int pair = 0; pair < pairs; pair++) {
            shuffle(differing, random);
            Arrays.fill(one, 0);
            walk(model, row, baseline, differing, start, one);
            reverse(differing);
            walk(model, row, baseline, differing, start, one);
            for (var input : differing) {
                sums[input] += one[input] / 2;
                squares[input] += one[input] * one[input] / 4;
            }
        }
        var values = new double[inputs.length];
        var errors = new double[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            values[i] = sums[inputs[i]] / pairs;
            // the pairs are independent of each other, the two orders of one are not
            var variance = (squares[inputs[i]] / pairs - values[i] * values[i]) * pairs / (pairs - 1);
            errors[i] = Math.sqrt(Math.max(0, variance) / pairs);
        }
        return new Shapley(values, errors);
    }

    private static void walk(
            ToDoubleFunction<double[]> model,
            double[] row,
            double[] baseline,
            int[] order,
            double start,
            double[] changes) {
        var at = baseline.clone();
        var before = start;
        for (var input : order) {
            at[input] = row[input];
            var after = model.applyAsDouble(at);
            changes[input] += after - before;
            before = after;
        }
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            var place = random.nextInt(i + 1);
            var held = order[i];
            order[i] = order[place];
            order[place] = held;
        }
    }

    private static void reverse(int[] order) {
        for (int i = 0; i < order.length / 2; i++) {
            var held = order[i];
            order[i] = order[order.length - 1 - i];
            order[order.length - 1 - i] = held;
        }
    }
}
