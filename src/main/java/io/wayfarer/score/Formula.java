package io.wayfarer.score;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Arrays;

/**
 * A fitted model as numbers, read out of what Weka fitted. Weka's own objects are not safe for several threads, build an
 * instance for every answer, and can only be kept as serialised classes; a formula is none of this, and says the same.
 *
 * <p>Its inputs are in the order of its card's features; none is missing. Immutable: the arrays are not to be changed.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Formula.Linear.class, name = "linear"),
    @JsonSubTypes.Type(value = Formula.Trees.class, name = "trees"),
    @JsonSubTypes.Type(value = Formula.Tables.class, name = "tables")
})
public sealed interface Formula {

    /** What comes of the sum that a formula makes. */
    enum Link {
        /** The sum is the log-odds. */
        LOGISTIC,
        /** The sum is the answer. */
        IDENTITY
    }

    /** How many inputs it has. */
    int inputs();

    Link link();

    /** The sum, before the link. */
    double sum(double[] x);

    /**
     * What each input adds to the sum, but for a constant. Exact for a formula that is a sum over its inputs; of trees, each
     * step down a tree is the change of the mean below it, and goes to the input that was asked there (Saabas 2014).
     *
     * @param parts is added to; as long as the inputs
     */
    void addParts(double[] x, double[] parts);

    /** Whether the answer is a sum over the inputs, so that the parts are all there is to know. */
    boolean additive();

    /** The probability, or the number, before calibration. */
    default double answer(double[] x) {
        var sum = sum(x);
        return link() == Link.LOGISTIC ? 1 / (1 + Math.exp(-sum)) : sum;
    }

    /**
     * A weighted sum.
     *
     * @param coefficients one for each input
     */
    record Linear(Link link, double intercept, double[] coefficients) implements Formula {

        public Linear {
            check(Double.isFinite(intercept) && finite(coefficients), "a coefficient is no number");
        }

        @Override
        public int inputs() {
            return coefficients.length;
        }

        @Override
        public double sum(double[] x) {
            var sum = intercept;
            for (int i = 0; i < coefficients.length; i++) {
                sum += coefficients[i] * x[i];
            }
            return sum;
        }

        @Override
        public void addParts(double[] x, double[] parts) {
            for (int i = 0; i < coefficients.length; i++) {
                parts[i] += coefficients[i] * x[i];
            }
        }

        @Override
        public boolean additive() {
            return true;
        }
    }

    /**
     * The sum of what several binary trees say, node by node in arrays. The children of a node come after it, the right
     * one right after the left one.
     *
     * @param roots where each tree begins
     * @param input which one a node asks; -1 for a leaf
     * @param border an input below it goes left
     * @param left where the left child is
     * @param value of a leaf, what the tree says; of another node, the mean of what it says below
     */
    record Trees(Link link, int inputs, int[] roots, int[] input, double[] border, int[] left, double[] value)
            implements Formula {

        public Trees {
            var nodes = input.length;
            check(
                    border.length == nodes && left.length == nodes && value.length == nodes,
                    "its arrays differ in length");
            check(finite(value), "a value is no number");
            check(Arrays.stream(roots).allMatch(root -> root >= 0 && root < nodes), "a tree begins nowhere");
            for (int node = 0; node < nodes; node++) {
                check(input[node] >= -1 && input[node] < inputs, "a node asks an input that is not there");
                var leads = input[node] < 0 || left[node] > node && left[node] < nodes - 1;
                check(leads, "a node leads nowhere, or back");
                check(!Double.isNaN(border[node]), "a border is no number");
            }
        }

        @Override
        public double sum(double[] x) {
            var sum = 0.0;
            for (var root : roots) {
                var node = root;
                while (input[node] >= 0) {
                    node = x[input[node]] < border[node] ? left[node] : left[node] + 1;
                }
                sum += value[node];
            }
            return sum;
        }

        @Override
        public void addParts(double[] x, double[] parts) {
            for (var root : roots) {
                var node = root;
                while (input[node] >= 0) {
                    var next = x[input[node]] < border[node] ? left[node] : left[node] + 1;
                    parts[input[node]] += value[next] - value[node];
                    node = next;
                }
            }
        }

        @Override
        public boolean additive() {
            return false;
        }
    }

    /**
     * Inputs cut into ranges, and a table of log-odds for each: the ratio of how probable its range is when it happens and
     * when not, given the range of one other input where it hangs on one.
     *
     * @param prior log-odds of all
     * @param cuts of each input, rising; a range includes its upper cut
     * @param parent the other input; -1 where there is none
     * @param logOdds of each input, by range + ranges x range of the parent
     */
    record Tables(double prior, double[][] cuts, int[] parent, double[][] logOdds) implements Formula {

        public Tables {
            check(Double.isFinite(prior), "the prior is no number");
            check(parent.length == cuts.length && logOdds.length == cuts.length, "its arrays differ in length");
            for (int i = 0; i < cuts.length; i++) {
                check(parent[i] >= -1 && parent[i] < cuts.length, "a parent is not there");
                var cells = (cuts[i].length + 1) * (parent[i] < 0 ? 1 : cuts[parent[i]].length + 1);
                check(logOdds[i].length == cells && finite(logOdds[i]), "a table has not one number for each range");
            }
        }

        @Override
        public int inputs() {
            return cuts.length;
        }

        @Override
        public Link link() {
            return Link.LOGISTIC;
        }

        @Override
        public double sum(double[] x) {
            var sum = prior;
            for (int i = 0; i < cuts.length; i++) {
                sum += cell(i, x);
            }
            return sum;
        }

        @Override
        public void addParts(double[] x, double[] parts) {
            for (int i = 0; i < cuts.length; i++) {
                parts[i] += cell(i, x);
            }
        }

        @Override
        public boolean additive() {
            return Arrays.stream(parent).allMatch(other -> other < 0);
        }

        private double cell(int i, double[] x) {
            var range = range(cuts[i], x[i]);
            return logOdds[i][
                    parent[i] < 0 ? range : range + (cuts[i].length + 1) * range(cuts[parent[i]], x[parent[i]])];
        }

        private static int range(double[] cuts, double value) {
            var range = 0;
            while (range < cuts.length && value > cuts[range]) {
                range++;
            }
            return range;
        }
    }

    private static boolean finite(double[] numbers) {
        return Arrays.stream(numbers).allMatch(Double::isFinite);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("this is no formula: " + otherwise);
        }
    }
}
