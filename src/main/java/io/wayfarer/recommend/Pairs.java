package io.wayfarer.recommend;

import java.util.Arrays;
import java.util.List;

/**
 * Which products are found together in the same rows, rows being people or orders. Of each product the nearest others by
 *
 * <pre>strength(i, j) = c(i, j) / (n(i)^0.5 n(j)^damping) x rows(i, j) / (rows(i, j) + shrinkage)</pre>
 *
 * where c sums the products of the weights, n(i) = c(i, i), and rows counts the rows. With damping 0.5 this is the cosine;
 * more of it takes more from what goes with everything (Deshpande and Karypis 2004). The shrinkage distrusts what few rows
 * say. Row by row, so that memory is one row of the matrix and what is kept of it.
 *
 * @param near of each product the places of others, the nearest first
 * @param strength of each of these
 * @param together in how many rows both are
 * @param rowsWith in how many rows each product is
 * @param rows how many there are
 */
record Pairs(int[][] near, float[][] strength, int[][] together, int[] rowsWith, int rows) {

    private static final int KEPT = 50;
    /** Two rows may be chance, or one person twice. */
    static final int MIN_TOGETHER = 3;

    /**
     * @param rows places of products, each once in a row
     * @param weights of the same, from 0 to 1; null when all are 1
     * @param check is called for each product
     */
    static Pairs of(int products, List<int[]> rows, List<float[]> weights, Model.Tuning tuning, Runnable check) {
        var rowsWith = new int[products];
        for (var row : rows) {
            for (var product : row) {
                rowsWith[product]++;
            }
        }
        var in = new int[products][];
        Arrays.setAll(in, product -> new int[rowsWith[product]]);
        var filled = new int[products];
        var norm = new double[products];
        for (int r = 0; r < rows.size(); r++) {
            var row = rows.get(r);
            for (int k = 0; k < row.length; k++) {
                in[row[k]][filled[row[k]]++] = r;
                norm[row[k]] += weights == null ? 1 : weights.get(r)[k] * weights.get(r)[k];
            }
        }
        var all = new Pairs(new int[products][], new float[products][], new int[products][], rowsWith, rows.size());
        var sum = new float[products];
        var count = new int[products];
        var touched = new int[products];
        for (int i = 0; i < products; i++) {
            check.run();
            var found = 0;
            for (var r : in[i]) {
                var row = rows.get(r);
                var own = weights == null ? 1 : weights.get(r)[place(row, i)];
                for (int k = 0; k < row.length; k++) {
                    var j = row[k];
                    if (count[j]++ == 0) {
                        touched[found++] = j;
                    }
                    sum[j] += weights == null ? 1 : own * weights.get(r)[k];
                }
            }
            all.keep(i, touched, found, sum, count, norm, tuning);
            for (int k = 0; k < found; k++) {
                sum[touched[k]] = 0;
                count[touched[k]] = 0;
            }
        }
        return all;
    }

    private static int place(int[] row, int product) {
        var k = 0;
        while (row[k] != product) {
            k++;
        }
        return k;
    }

    private void keep(int i, int[] touched, int found, float[] sum, int[] count, double[] norm, Model.Tuning tuning) {
        var own = Math.sqrt(norm[i]);
        var ranked = Arrays.stream(touched, 0, found)
                .filter(j -> j != i && count[j] >= MIN_TOGETHER)
                .mapToObj(j -> new Object() {
                    final int to = j;
                    final float strength = (float) (sum[j]
                            / (own * Math.pow(norm[j], tuning.damping()))
                            * count[j]
                            / (count[j] + tuning.shrinkage()));
                })
                .sorted((a, b) -> a.strength != b.strength ? Float.compare(b.strength, a.strength) : a.to - b.to)
                .limit(KEPT)
                .toList();
        near[i] = ranked.stream().mapToInt(one -> one.to).toArray();
        together[i] = Arrays.stream(near[i]).map(j -> count[j]).toArray();
        strength[i] = new float[near[i].length];
        for (int k = 0; k < near[i].length; k++) {
            strength[i][k] = ranked.get(k).strength;
        }
    }

    /** Where j is among those near i, or -1. */
    int find(int i, int j) {
        for (int k = 0; k < near[i].length; k++) {
            if (near[i][k] == j) {
                return k;
            }
        }
        return -1;
    }

    /** How alike two are, from 0 for those that are not near each other. */
    double likeness(int i, int j) {
        var there = find(i, j);
        var back = find(j, i);
        return Math.max(there < 0 ? 0 : strength[i][there], back < 0 ? 0 : strength[j][back]);
    }

    /** The share of rows that hold both. */
    double support(int i, int k) {
        return (double) together[i][k] / rows;
    }

    /** Of the rows with i, the share that holds the k-th near it too. */
    double confidence(int i, int k) {
        return (double) together[i][k] / rowsWith[i];
    }

    /** How many times more often than if the two had nothing to do with each other. */
    double lift(int i, int k) {
        return confidence(i, k) * rows / rowsWith[near[i][k]];
    }
}
