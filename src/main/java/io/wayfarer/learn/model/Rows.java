package io.wayfarer.learn.model;

import io.wayfarer.learn.judge.Measures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

/**
 * Rows to learn from.
 *
 * @param inputs in the order of the values
 * @param values row by row: a number, or the place of a level; NaN where it is not known
 * @param labels of each row: 1 where it happened and 0 where not, or a number to predict
 * @param binary whether the label is a yes or no
 * @param groups rows of one group stay together when rows are held out: a customer's, or the same row twice
 */
public record Rows(List<Input> inputs, double[][] values, double[] labels, boolean binary, int[] groups) {

    /**
     * @param levels of a category, which is read as a place in it; empty for a number
     */
    public record Input(String name, List<String> levels) {
        public static Input number(String name) {
            return new Input(name, List.of());
        }
    }

    /** Numbers and what happened, each row for itself. */
    public static Rows of(List<String> names, double[][] values, boolean[] happened) {
        var labels = new double[happened.length];
        Arrays.setAll(labels, i -> happened[i] ? 1 : 0);
        return new Rows(
                names.stream().map(Input::number).toList(),
                values,
                labels,
                true,
                IntStream.range(0, labels.length).toArray());
    }

    public int size() {
        return labels.length;
    }

    public long positives() {
        return Arrays.stream(labels).filter(label -> label == 1).count();
    }

    /** The share to whom it happened, or the mean of the number. */
    public double mean() {
        return Arrays.stream(labels).average().orElse(Double.NaN);
    }

    public boolean[] happened() {
        var happened = new boolean[labels.length];
        for (int i = 0; i < happened.length; i++) {
            happened[i] = labels[i] == 1;
        }
        return happened;
    }

    /** Of each row, how wrong a prediction is: log loss, or the squared error. */
    public double[] losses(double[] predictions) {
        var losses = new double[predictions.length];
        for (int row = 0; row < losses.length; row++) {
            losses[row] = binary
                    ? Measures.logLoss(new double[] {predictions[row]}, new boolean[] {labels[row] == 1})
                    : (predictions[row] - labels[row]) * (predictions[row] - labels[row]);
        }
        return losses;
    }

    /**
     * Whether some losses are on average greater than others by more than so many standard errors of the difference. Rows of
     * a group are not independent of each other: the error is taken over the groups.
     */
    public boolean isWorse(double[] losses, double[] others, double errors) {
        var difference = 0.0;
        for (int row = 0; row < losses.length; row++) {
            difference += (losses[row] - others[row]) / losses.length;
        }
        var byGroup = new HashMap<Integer, Double>();
        for (int row = 0; row < losses.length; row++) {
            byGroup.merge(groups[row], losses[row] - others[row] - difference, Double::sum);
        }
        var squares = byGroup.values().stream().mapToDouble(sum -> sum * sum).sum();
        return difference > errors * Math.sqrt(squares) / losses.length;
    }

    /** Some of the rows; the values are shared. */
    public Rows select(int[] rows) {
        var some = new double[rows.length][];
        Arrays.setAll(some, i -> values[rows[i]]);
        return new Rows(
                inputs,
                some,
                Arrays.stream(rows).mapToDouble(row -> labels[row]).toArray(),
                binary,
                Arrays.stream(rows).map(row -> groups[row]).toArray());
    }

    /** Without some of the inputs. */
    public Rows without(List<String> names) {
        var kept = IntStream.range(0, inputs.size())
                .filter(i -> !names.contains(inputs.get(i).name()))
                .toArray();
        var fewer = new double[values.length][kept.length];
        for (int row = 0; row < fewer.length; row++) {
            for (int i = 0; i < kept.length; i++) {
                fewer[row][i] = values[row][kept[i]];
            }
        }
        return new Rows(Arrays.stream(kept).mapToObj(inputs::get).toList(), fewer, labels, binary, groups);
    }

    /**
     * The columns for Weka, without rows; the label is the last one, and "yes" is its first value. Their names are their
     * places: those of a table may be anything, and Weka takes no name twice.
     */
    Instances header() {
        var attributes = new ArrayList<Attribute>();
        for (int i = 0; i < inputs.size(); i++) {
            var levels = inputs.get(i).levels();
            attributes.add(levels.isEmpty() ? new Attribute("x" + i) : new Attribute("x" + i, levels));
        }
        attributes.add(binary ? new Attribute("label", List.of("yes", "no")) : new Attribute("label"));
        var header = new Instances("rows", attributes, 0);
        header.setClassIndex(inputs.size());
        return header;
    }

    Instances instances() {
        var instances = new Instances(header(), labels.length);
        for (int row = 0; row < labels.length; row++) {
            var cells = Arrays.copyOf(values[row], inputs.size() + 1);
            cells[inputs.size()] = binary ? 1 - labels[row] : labels[row];
            instances.add(new DenseInstance(1, cells));
        }
        return instances;
    }
}
