package io.wayfarer.anomaly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * An isolation forest (Liu, Ting and Zhou, Isolation Forest, ICDM 2008): random splits tell what is strange apart from the
 * rest sooner than what is usual. Immutable, and only numbers: it is kept as JSON.
 *
 * <p>Weka has one too; its trees cannot be looked into, so that it gives no reasons, and it is kept as a Java object.
 *
 * @param features what the numbers of a row are called
 * @param sample how many rows each tree was grown from
 * @param trees grown from samples of the rows
 * @param ranks scores of the rows it was learnt from at even distances, ascending
 */
record IsolationForest(List<String> features, int sample, List<Tree> trees, double[] ranks) {

    static final int TREES = 100;
    static final int SAMPLE = 256;
    private static final int RANKS = 1000;
    private static final int HEIGHT = 8;

    private static final double EULER = 0.5772156649015329;

    /**
     * A tree in preorder: the left child of node i is i + 1.
     *
     * @param feature by node, or -1 for a leaf
     * @param split what is less goes to the left
     * @param right the right child by node
     * @param size how many rows of the sample reached the node
     */
    record Tree(int[] feature, double[] split, int[] right, int[] size) {}

    /** @throws IllegalArgumentException when it is not a whole forest, so that walking it would fail or not end */
    IsolationForest {
        var isSound = sample > 1 && !trees.isEmpty() && ranks.length > 0;
        for (var tree : trees) {
            var nodes = tree.feature().length;
            isSound &= nodes > 0
                    && tree.split().length == nodes
                    && tree.right().length == nodes
                    && tree.size().length == nodes;
            for (int i = 0; isSound && i < nodes; i++) {
                isSound = tree.size()[i] > 0
                        && tree.feature()[i] < features.size()
                        && (tree.feature()[i] < 0 || tree.right()[i] > i + 1 && tree.right()[i] < nodes);
            }
        }
        if (!isSound) {
            throw new IllegalArgumentException("not a whole isolation forest");
        }
    }

    /**
     * Learns from rows, at least {@value #SAMPLE}, of as many finite numbers as there are features.
     *
     * @param stopIfCancelled is asked before each tree, and throws to end the learning
     */
    static IsolationForest learn(List<String> features, List<double[]> rows, long seed, Runnable stopIfCancelled) {
        var random = new Random(seed);
        var trees = new ArrayList<Tree>(TREES);
        var order = rows.toArray(double[][]::new);
        for (int t = 0; t < TREES; t++) {
            stopIfCancelled.run();
            // the first of a shuffle that is broken off: a sample without repetition
            for (int i = 0; i < SAMPLE; i++) {
                var other = i + random.nextInt(order.length - i);
                var row = order[i];
                order[i] = order[other];
                order[other] = row;
            }
            trees.add(new Growing(features.size(), random).tree(Arrays.copyOf(order, SAMPLE)));
        }
        var unranked = new IsolationForest(features, SAMPLE, List.copyOf(trees), new double[1]);
        var scores = rows.stream().mapToDouble(unranked::score).sorted().toArray();
        var ranks = new double[Math.min(RANKS, scores.length)];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = scores[(int) ((i + 0.5) * scores.length / ranks.length)];
        }
        return new IsolationForest(features, SAMPLE, unranked.trees, ranks);
    }

    /** From 0 to 1; above 0.5 is more easily isolated than a random point. */
    double score(double[] row) {
        var depth = 0.0;
        for (var tree : trees) {
            var node = 0;
            var edges = 0;
            while (tree.feature()[node] >= 0) {
                node = child(tree, node, row);
                edges++;
            }
            depth += edges + usualDepth(tree.size()[node]);
        }
        return Math.pow(2, -depth / trees.size() / usualDepth(sample));
    }

    /** The share of what was learnt from that has a lower score. */
    double rank(double score) {
        var found = Arrays.binarySearch(ranks, score);
        var place = found >= 0 ? found : -found - 1;
        while (place > 0 && ranks[place - 1] == score) {
            place--;
        }
        return place / (double) ranks.length;
    }

    /**
     * By feature, in what is added to the logarithm (base 2) of twice the score. A split of n rows that leaves m with the
     * row changes the depth that is to be expected by 1 + c(m) - c(n); it is the doing of the split's feature. The sum over
     * all features is the score's exactly (as Saabas, Interpreting random forests, 2014, does for the means of trees).
     */
    double[] parts(double[] row) {
        var parts = new double[features.size()];
        for (var tree : trees) {
            var node = 0;
            while (tree.feature()[node] >= 0) {
                var next = child(tree, node, row);
                parts[tree.feature()[node]] -= 1 + usualDepth(tree.size()[next]) - usualDepth(tree.size()[node]);
                node = next;
            }
        }
        for (int f = 0; f < parts.length; f++) {
            parts[f] /= trees.size() * usualDepth(sample);
        }
        return parts;
    }

    /** The row judged, with reasons. @param model the version to name */
    Anomaly judge(double[] row, String model) {
        var score = score(row);
        var parts = parts(row);
        var all = new ArrayList<Anomaly.Part>(parts.length);
        for (int f = 0; f < parts.length; f++) {
            all.add(new Anomaly.Part(features.get(f), Math.expm1(row[f]), parts[f]));
        }
        all.sort(Comparator.comparingDouble((Anomaly.Part part) -> -part.part()).thenComparing(Anomaly.Part::feature));
        return new Anomaly(score, rank(score), model, List.copyOf(all));
    }

    private static int child(Tree tree, int node, double[] row) {
        return row[tree.feature()[node]] < tree.split()[node] ? node + 1 : tree.right()[node];
    }

    /** c(n) of the paper: the mean depth at which a search in a binary tree of n ends in vain. */
    static double usualDepth(int rows) {
        if (rows < 2) {
            return 0;
        }
        return rows == 2 ? 1 : 2 * (Math.log(rows - 1.0) + EULER) - 2 * (rows - 1.0) / rows;
    }

    /** A tree while it grows. */
    private static final class Growing {
        private final int width;
        private final Random random;
        private final List<Integer> feature = new ArrayList<>();
        private final List<Double> split = new ArrayList<>();
        private final List<Integer> right = new ArrayList<>();
        private final List<Integer> size = new ArrayList<>();

        Growing(int width, Random random) {
            this.width = width;
            this.random = random;
        }

        Tree tree(double[][] rows) {
            grow(rows, 0);
            return new Tree(ints(feature), split.stream().mapToDouble(d -> d).toArray(), ints(right), ints(size));
        }

        private void grow(double[][] rows, int height) {
            var node = size.size();
            size.add(rows.length);
            feature.add(-1);
            split.add(0.0);
            right.add(0);
            var by = height < HEIGHT && rows.length > 1 ? varying(rows) : -1;
            if (by < 0) {
                return;
            }
            var range = Arrays.stream(rows).mapToDouble(row -> row[by]).summaryStatistics();
            // above the least and not above the greatest: no side is empty
            var at = range.getMax() - random.nextDouble() * (range.getMax() - range.getMin());
            feature.set(node, by);
            split.set(node, at);
            grow(Arrays.stream(rows).filter(row -> row[by] < at).toArray(double[][]::new), height + 1);
            right.set(node, size.size());
            grow(Arrays.stream(rows).filter(row -> row[by] >= at).toArray(double[][]::new), height + 1);
        }

        /** One of the features in which the rows differ, or -1. */
        private int varying(double[][] rows) {
            var found = -1;
            var seen = 0;
            for (int f = 0; f < width; f++) {
                var column = f;
                if (Arrays.stream(rows).anyMatch(row -> row[column] != rows[0][column])
                        && random.nextInt(++seen) == 0) {
                    found = f;
                }
            }
            return found;
        }

        private static int[] ints(List<Integer> list) {
            return list.stream().mapToInt(i -> i).toArray();
        }
    }
}
