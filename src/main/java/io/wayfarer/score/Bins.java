package io.wayfarer.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a number was distributed in training: bins of about a tenth each. A value that alone is a tenth or more, as the zero
 * of a count, has a bin of its own.
 *
 * @param edges between the bins, rising; in the middle between two values, so that no rounding moves one over it
 * @param shares of each bin; none is 0, so that what was never seen can be compared too
 */
public record Bins(List<Double> edges, List<Double> shares) {

    private static final int BINS = 10;
    /** Counted into each bin, seen or not. */
    private static final double PRIOR = 0.5;

    static Bins of(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var full = sorted.length / (double) BINS;
        var edges = new ArrayList<Double>();
        var inBin = 0;
        for (int from = 0, to; from < sorted.length; from = to) {
            to = from;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            if (inBin > 0 && to - from >= full) {
                edges.add((sorted[from - 1] + sorted[from]) / 2);
                inBin = 0;
            }
            inBin += to - from;
            if (inBin >= full && to < sorted.length) {
                edges.add((sorted[from] + sorted[to]) / 2);
                inBin = 0;
            }
        }
        var unfilled = new Bins(List.copyOf(edges), List.of());
        return new Bins(
                unfilled.edges(),
                Arrays.stream(unfilled.sharesOf(values)).boxed().toList());
    }

    /**
     * The population stability index of these values against training: the sum over the bins of (share - share in
     * training) x ln(share / share in training). Below 0.1 nothing much has changed, from 0.25 on much has (Siddiqi,
     * Credit Risk Scorecards, 2006).
     */
    public double psi(double[] values) {
        var now = sharesOf(values);
        var psi = 0.0;
        for (int i = 0; i < now.length; i++) {
            psi += (now[i] - shares.get(i)) * Math.log(now[i] / shares.get(i));
        }
        return psi;
    }

    private double[] sharesOf(double[] values) {
        var upTo = edges.stream().mapToDouble(Double::doubleValue).toArray();
        var counts = new double[upTo.length + 1];
        Arrays.fill(counts, PRIOR);
        for (var value : values) {
            var at = Arrays.binarySearch(upTo, value);
            counts[at >= 0 ? at : -at - 1]++;
        }
        var all = values.length + PRIOR * counts.length;
        return Arrays.stream(counts).map(count -> count / all).toArray();
    }
}
