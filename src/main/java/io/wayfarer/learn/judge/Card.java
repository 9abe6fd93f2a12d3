package io.wayfarer.learn.judge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that is known of a model and how it came to be; as JSON for programs, and as a page by {@link CardPage}.
 *
 * @param label what is predicted
 * @param positive which value of it counts as yes; null for a number
 * @param trainedAt product time
 * @param source the rows it learned from
 * @param inputs what it learned from
 * @param leftOut columns that it did not learn from, each with its reason
 * @param warnings what somebody should look at before they trust it
 * @param split how the held-out rows were chosen, in words
 * @param seed of all that is random
 * @param tried the candidates, the best first
 * @param calibration how probabilities were calibrated, in words
 * @param costs of mistakes, from which the threshold comes; null for a number
 * @param judgement on the held-out rows; null for a number
 * @param errors on the held-out rows; null for a yes or no
 * @param descent the same regression by gradient descent; null for a yes or no
 * @param fairness by columns with few values
 * @param importance of the inputs, the greatest first
 * @param against predictions by a column; null when there is none
 * @param network the Bayesian network among the candidates; null when there is none
 * @param limits of use
 */
public record Card(
        String label,
        String positive,
        Instant trainedAt,
        Source source,
        List<Input> inputs,
        List<LeftOut> leftOut,
        List<Words> warnings,
        String split,
        long seed,
        List<Tried> tried,
        String calibration,
        Costs costs,
        Judgement judgement,
        Errors errors,
        Descent descent,
        List<Fairness> fairness,
        List<Importance> importance,
        Against against,
        Network network,
        List<Words> limits) {

    /**
     * @param from the first moment of the rows; null when no time is known
     * @param rows read
     * @param withoutLabel rows that had none, and were left out
     * @param repeated rows that are the same as an earlier one
     * @param trainingRows fitted and cross-validated
     * @param share of positives in the training rows, or the mean of a number
     */
    public record Source(
            String name,
            Instant from,
            Instant to,
            int rows,
            int columns,
            int withoutLabel,
            int repeated,
            int trainingRows,
            double share) {}

    /**
     * @param kind number, yes or no, or category
     * @param missing share of the rows
     * @param note what was done to it; empty when nothing was
     */
    public record Input(String name, String kind, double missing, String note) {}

    /** A column that nothing was learned from. */
    public record LeftOut(String column, String reason) {}

    /**
     * A candidate.
     *
     * @param loss log loss after calibration, or root of the mean squared error, cross-validated
     * @param rawLoss before calibration
     * @param auc cross-validated; NaN for a number
     * @param failure why it could not be fitted, or null
     */
    public record Tried(String name, double loss, double rawLoss, double auc, double seconds, String failure) {}

    /**
     * @param stated false when they are the default, because nobody gave any
     * @param chosen share of the held-out rows at or above the threshold
     */
    public record Costs(double falsePositive, double falseNegative, boolean stated, double threshold, double chosen) {

        public static Costs of(double falsePositive, double falseNegative, boolean stated, Judgement judgement) {
            var confusion = judgement.confusion();
            return new Costs(
                    falsePositive,
                    falseNegative,
                    stated,
                    confusion.threshold(),
                    (confusion.truePositives() + confusion.falsePositives()) / (double) judgement.rows());
        }
    }

    /**
     * @param steps down the slope
     * @param difference the greatest one between its predictions and those of ordinary least squares, in units of the label
     */
    public record Descent(int steps, double difference) {}

    /**
     * Mean predictions by a column of numbers, over held-out rows in parts of equal size.
     *
     * @param parts of at least {@value #MIN_ROWS} rows each
     */
    public record Against(String column, List<Part> parts) {
        public static final int MIN_ROWS = 10;

        private static final int MOST_PARTS = 12;

        /**
         * @param at the column's number of each row; NaN where it is missing
         * @param observed of each row
         * @return null when there are too few rows for two parts
         */
        public static Against of(String column, double[] at, double[] predictions, double[] observed) {
            var order = IntStream.range(0, at.length)
                    .filter(row -> !Double.isNaN(at[row]))
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> at[row]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            var count = Math.min(MOST_PARTS, order.length / MIN_ROWS);
            var parts = new ArrayList<Part>();
            for (int part = 0; part < count; part++) {
                var rows = Arrays.copyOfRange(order, (int) ((long) order.length * part / count), (int)
                        ((long) order.length * (part + 1) / count));
                parts.add(new Part(mean(rows, at), rows.length, mean(rows, predictions), mean(rows, observed)));
            }
            return parts.size() < 2 ? null : new Against(column, parts);
        }

        private static double mean(int[] rows, double[] of) {
            return Arrays.stream(rows).mapToDouble(row -> of[row]).average().orElseThrow();
        }

        /** @param at mean of the column */
        public record Part(double at, int rows, double predicted, double observed) {}
    }

    /** @param nodes the label first */
    public record Network(List<Node> nodes) {
        /** @param parents places of the nodes that it hangs on */
        public record Node(String name, List<Integer> parents) {}

        /** In the language of Graphviz. */
        public String dot() {
            var dot = new StringBuilder("digraph network {\n");
            for (int i = 0; i < nodes.size(); i++) {
                var name = nodes.get(i)
                        .name()
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replaceAll("\\p{Cntrl}", " ");
                dot.append("  n%d [label=\"%s\"];\n".formatted(i, name));
            }
            for (int i = 0; i < nodes.size(); i++) {
                for (var parent : nodes.get(i).parents()) {
                    dot.append("  n%d -> n%d;\n".formatted(parent, i));
                }
            }
            return dot.append("}\n").toString();
        }
    }

    public boolean binary() {
        return judgement != null;
    }

    /** The candidate that was chosen. */
    public Tried chosen() {
        return tried.get(0);
    }
}
