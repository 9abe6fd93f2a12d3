package io.wayfarer.learn.model;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Errors;
import io.wayfarer.learn.judge.Importance;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.score.Calibration;
import io.wayfarer.score.Fitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import weka.classifiers.Classifier;
import weka.classifiers.bayes.BayesNet;
import weka.core.DenseInstance;
import weka.core.Instances;

/** A fitted model, with its calibration. For one thread at a time. */
public final class Model {

    private final Classifier classifier;
    private final Instances header;
    private final boolean binary;
    private final Calibration calibration;

    Model(Classifier classifier, Rows rows, Calibration calibration) {
        this.classifier = classifier;
        this.header = rows.header();
        this.binary = rows.binary();
        this.calibration = calibration;
    }

    /**
     * The calibrated probability of a yes, or the number.
     *
     * @param values as {@link Rows#values()} has them
     */
    public double predict(double[] values) {
        return calibration.of(raw(values));
    }

    public double[] predict(double[][] rows) {
        return Arrays.stream(rows).mapToDouble(this::predict).toArray();
    }

    /** What it would be worth without each input, by log loss or the root of the mean squared error. */
    public List<Importance> importance(Rows test) {
        var names = test.inputs().stream().map(Rows.Input::name).toList();
        return Importance.of(names, test.values(), this::predict, (predictions, rows) -> {
            var some = test.select(rows);
            return binary ? -Measures.logLoss(predictions, some.happened()) : -Errors.rmse(predictions, some.labels());
        });
    }

    public Calibration calibration() {
        return calibration;
    }

    /**
     * The same as numbers, to be kept and applied.
     *
     * @param rows that it was fitted to
     * @throws IllegalArgumentException when it cannot be said in numbers
     */
    public Fitted fitted(Rows rows) {
        var kind = classifier.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return new Fitted(kind, Readout.of(this, rows), calibration);
    }

    Classifier classifier() {
        return classifier;
    }

    double raw(double[] values) {
        var cells = Arrays.copyOf(values, values.length + 1);
        cells[values.length] = Double.NaN;
        var instance = new DenseInstance(1, cells);
        instance.setDataset(header);
        try {
            return binary ? classifier.distributionForInstance(instance)[0] : classifier.classifyInstance(instance);
        } catch (Exception e) {
            throw new IllegalStateException("the model cannot answer: " + e.getMessage(), e);
        }
    }

    /**
     * The network, when this is one.
     *
     * @param names of the label, and of the inputs in their order
     */
    public Optional<Card.Network> network(String label, List<String> names) {
        if (!(classifier instanceof BayesNet net)) {
            return Optional.empty();
        }
        var last = header.classIndex();
        var nodes = new ArrayList<Card.Network.Node>();
        nodes.add(new Card.Network.Node(label, List.of()));
        for (int input = 0; input < last; input++) {
            var parents = new ArrayList<Integer>();
            for (int i = 0; i < net.getParentSet(input).getNrOfParents(); i++) {
                var parent = net.getParentSet(input).getParent(i);
                parents.add(parent == last ? 0 : parent + 1);
            }
            nodes.add(new Card.Network.Node(names.get(input), List.copyOf(parents)));
        }
        return Optional.of(new Card.Network(List.copyOf(nodes)));
    }
}
