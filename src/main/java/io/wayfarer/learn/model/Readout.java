package io.wayfarer.learn.model;

import io.wayfarer.score.Formula;
import io.wayfarer.score.Formula.Link;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import weka.classifiers.Classifier;
import weka.classifiers.bayes.BayesNet;
import weka.classifiers.bayes.NaiveBayes;
import weka.classifiers.functions.LinearRegression;
import weka.classifiers.functions.Logistic;
import weka.classifiers.meta.LogitBoost;
import weka.classifiers.trees.J48;
import weka.classifiers.trees.RandomForest;
import weka.classifiers.trees.j48.C45Split;
import weka.classifiers.trees.j48.ClassifierTree;
import weka.core.Utils;
import weka.estimators.Estimator;
import weka.filters.supervised.attribute.Discretize;

/**
 * Reads the numbers out of what Weka fitted to rows of numbers without gaps. Weka keeps some of them in protected fields;
 * should another version of it keep them otherwise, the comparison at the end says so.
 */
final class Readout {

    /** A formula must say what Weka says, up to rounding. */
    private static final double ROUNDING = 1e-9;

    /** The least probability that Weka's NaiveBayes takes from a table. */
    private static final double LEAST = 1e-75;

    private Readout() {}

    /**
     * The formula of a model, which says the same as the model for each of the rows that it was fitted to.
     *
     * @throws IllegalArgumentException when it does not, or when an input is a category
     */
    static Formula of(Model model, Rows rows) {
        if (rows.inputs().stream().anyMatch(input -> !input.levels().isEmpty())) {
            throw new IllegalArgumentException("only a model of numbers can be read out");
        }
        try {
            var formula = formula(model.classifier(), rows);
            for (var row : rows.values()) {
                var weka = model.raw(row);
                if (!(Math.abs(formula.answer(row) - weka) <= ROUNDING * Math.max(1, Math.abs(weka)))) {
                    throw new IllegalArgumentException("its formula says %s where Weka says %s: was it read rightly?"
                            .formatted(formula.answer(row), weka));
                }
            }
            return formula;
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    model.classifier().getClass().getSimpleName() + " cannot be read out: " + e.getMessage(), e);
        }
    }

    private static Formula formula(Classifier classifier, Rows rows) throws Exception {
        if (classifier instanceof Logistic logistic) {
            var columns = logistic.coefficients();
            return new Formula.Linear(
                    Link.LOGISTIC, columns[0][0], rest(columns, rows.inputs().size()));
        }
        if (classifier instanceof LinearRegression linear) {
            var numbers = linear.coefficients();
            var inputs = rows.inputs().size();
            return new Formula.Linear(Link.IDENTITY, numbers[numbers.length - 1], Arrays.copyOf(numbers, inputs));
        }
        if (classifier instanceof RandomForest forest) {
            var trees = (Classifier[]) field(forest, "m_Classifiers");
            var share = trees.length;
            var read = new Trees();
            for (var tree : trees) {
                read.add(field(tree, "m_Tree"), "m_ClassDistribution", rows.binary(), value -> value / share);
            }
            return read.formula(Link.IDENTITY, rows);
        }
        if (classifier instanceof LogitBoost boost) {
            var read = new Trees();
            for (var round : boost.classifiers()) {
                // of two classes Weka fits the first; the other is its opposite
                read.add(field(round[0], "m_Tree"), "m_ClassProbs", false, value -> value * boost.getShrinkage());
            }
            return read.formula(Link.LOGISTIC, rows);
        }
        if (classifier instanceof J48 tree) {
            var read = new Trees();
            read.add((ClassifierTree) field(tree, "m_root"));
            return read.formula(Link.IDENTITY, rows);
        }
        if (classifier instanceof NaiveBayes bayes) {
            return naive(bayes, rows.inputs().size());
        }
        if (classifier instanceof BayesNet net) {
            return network(net, rows.inputs().size());
        }
        throw new IllegalArgumentException("there is no formula for it");
    }

    private static double[] rest(double[][] columns, int inputs) {
        var rest = new double[inputs];
        Arrays.setAll(rest, i -> columns[i + 1][0]);
        return rest;
    }

    private static Formula naive(NaiveBayes bayes, int inputs) throws ReflectiveOperationException {
        var ranges = (Discretize) field(bayes, "m_Disc");
        var tables = (Estimator[][]) field(bayes, "m_Distributions");
        var all = (Estimator) field(bayes, "m_ClassDistribution");
        var cuts = new double[inputs][];
        var logOdds = new double[inputs][];
        for (int i = 0; i < inputs; i++) {
            cuts[i] = cuts(ranges, i);
            logOdds[i] = new double[cuts[i].length + 1];
            for (int range = 0; range < logOdds[i].length; range++) {
                logOdds[i][range] = Math.log(Math.max(LEAST, tables[i][0].getProbability(range)))
                        - Math.log(Math.max(LEAST, tables[i][1].getProbability(range)));
            }
        }
        var parents = new int[inputs];
        Arrays.fill(parents, -1);
        return new Formula.Tables(logOdds(all), cuts, parents, logOdds);
    }

    private static Formula network(BayesNet net, int inputs) throws ReflectiveOperationException {
        var ranges = (Discretize) field(net, "m_DiscretizeFilter");
        var cuts = new double[inputs][];
        var parents = new int[inputs];
        for (int i = 0; i < inputs; i++) {
            cuts[i] = cuts(ranges, i);
            parents[i] = -1;
            for (int k = 0; k < net.getParentSet(i).getNrOfParents(); k++) {
                var parent = net.getParentSet(i).getParent(k);
                parents[i] = parent == inputs ? parents[i] : parent;
            }
        }
        var logOdds = new double[inputs][];
        for (int i = 0; i < inputs; i++) {
            var own = cuts[i].length + 1;
            var others = parents[i] < 0 ? 1 : cuts[parents[i]].length + 1;
            logOdds[i] = new double[own * others];
            for (int other = 0; other < others; other++) {
                for (int range = 0; range < own; range++) {
                    logOdds[i][range + own * other] = Math.log(cell(net, i, inputs, 0, other, range))
                            - Math.log(cell(net, i, inputs, 1, other, range));
                }
            }
        }
        return new Formula.Tables(logOdds(net.getDistributions()[inputs][0]), cuts, parents, logOdds);
    }

    /** How probable a range of an input is, for a class and a range of its other parent. */
    private static double cell(BayesNet net, int input, int label, int of, int other, int range) {
        var place = 0;
        for (int k = 0; k < net.getParentSet(input).getNrOfParents(); k++) {
            var parent = net.getParentSet(input).getParent(k);
            place = parent == label ? place * 2 + of : place * net.getCardinality(parent) + other;
        }
        return net.getDistributions()[input][place].getProbability(range);
    }

    private static double logOdds(Estimator label) {
        return Math.log(label.getProbability(0)) - Math.log(label.getProbability(1));
    }

    private static double[] cuts(Discretize ranges, int input) {
        var cuts = ranges == null ? null : ranges.getCutPoints(input);
        return cuts == null ? new double[0] : cuts;
    }

    /** Trees as they are read, node by node. */
    private static final class Trees {

        private final List<Integer> roots = new ArrayList<>();
        private final List<Integer> inputs = new ArrayList<>();
        private final List<Double> borders = new ArrayList<>();
        private final List<Integer> lefts = new ArrayList<>();
        private final List<Double> values = new ArrayList<>();

        /** A RandomTree or a REPTree, whose nodes are alike but for the name of their shares. */
        void add(Object tree, String shares, boolean normalised, DoubleUnaryOperator value)
                throws ReflectiveOperationException {
            var root = node();
            roots.add(root);
            fill(root, tree, new double[0], shares, normalised, value);
        }

        private void fill(
                int at, Object node, double[] above, String shares, boolean normalised, DoubleUnaryOperator value)
                throws ReflectiveOperationException {
            var own = (double[]) field(node, shares);
            if (own != null && normalised) {
                own = own.clone();
                Utils.normalize(own);
            }
            // an empty node says what the one above it says
            var said = own == null ? above : own;
            var input = (int) field(node, "m_Attribute");
            if (input < 0) {
                values.set(at, value.applyAsDouble(said[0]));
                return;
            }
            inputs.set(at, input);
            borders.set(at, (double) field(node, "m_SplitPoint"));
            var left = pair(at);
            var below = (Object[]) field(node, "m_Successors");
            var parts = (double[]) field(node, "m_Prop");
            fill(left, below[0], said, shares, normalised, value);
            fill(left + 1, below[1], said, shares, normalised, value);
            values.set(at, parts[0] * values.get(left) + parts[1] * values.get(left + 1));
        }

        void add(ClassifierTree tree) {
            var root = node();
            roots.add(root);
            fill(root, tree);
        }

        private void fill(int at, ClassifierTree tree) {
            values.set(at, tree.getLocalModel().distribution().laplaceProb(0));
            if (!tree.isLeaf()) {
                var split = (C45Split) tree.getLocalModel();
                inputs.set(at, split.attIndex());
                // Weka sends left what is not greater than its split point, by its own tolerance
                borders.set(at, split.splitPoint() + Utils.SMALL);
                var left = pair(at);
                fill(left, tree.getSons()[0]);
                fill(left + 1, tree.getSons()[1]);
            }
        }

        private int pair(int at) {
            var left = node();
            node();
            lefts.set(at, left);
            return left;
        }

        private int node() {
            inputs.add(-1);
            borders.add(0.0);
            lefts.add(-1);
            values.add(0.0);
            return inputs.size() - 1;
        }

        Formula formula(Link link, Rows rows) {
            return new Formula.Trees(
                    link,
                    rows.inputs().size(),
                    ints(roots),
                    ints(inputs),
                    doubles(borders),
                    ints(lefts),
                    doubles(values));
        }

        private static int[] ints(List<Integer> numbers) {
            return numbers.stream().mapToInt(Integer::intValue).toArray();
        }

        private static double[] doubles(List<Double> numbers) {
            return numbers.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(owner);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
