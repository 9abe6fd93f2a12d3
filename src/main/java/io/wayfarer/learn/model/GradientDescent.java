package io.wayfarer.learn.model;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.score.Calibration;
import java.util.Arrays;

/**
 * Least squares by gradient descent: weights begin at 0 and go down the slope of the mean squared error until it is flat.
 * Inputs are standardised, each level of a category is an input, what is missing is the mean. It ends where ordinary least
 * squares does, and is kept beside it as a check of both.
 */
public final class GradientDescent {

    private static final int MAX_STEPS = 200_000;

    private final Rows.Input[] inputs;
    private final double[] mean;
    private final double[] deviation;
    private final double[] weights;
    private final double intercept;
    private final int steps;

    private GradientDescent(Rows rows) {
        this.inputs = rows.inputs().toArray(Rows.Input[]::new);
        var width = Arrays.stream(inputs).mapToInt(GradientDescent::width).sum();
        this.mean = new double[width];
        this.deviation = new double[width];
        this.weights = new double[width];
        this.intercept = rows.mean();
        moments(rows);
        this.steps = descend(rows);
    }

    /** @param rows with a number as their label */
    public static GradientDescent of(Rows rows) {
        return new GradientDescent(rows);
    }

    /** The same regression both ways: the greatest difference of their predictions for the test rows. */
    public static Card.Descent beside(Rows training, Rows test) {
        var squares = Candidates.fit(Candidate.LINEAR_REGRESSION, training, new Calibration.None());
        var descent = of(training);
        var difference = 0.0;
        for (var row : test.values()) {
            difference = Math.max(difference, Math.abs(squares.predict(row) - descent.predict(row)));
        }
        return new Card.Descent(descent.steps(), difference);
    }

    public double predict(double[] values) {
        var x = standardised(values);
        var sum = intercept;
        for (int i = 0; i < x.length; i++) {
            sum += weights[i] * x[i];
        }
        return sum;
    }

    /** How many steps it took. */
    public int steps() {
        return steps;
    }

    private static int width(Rows.Input input) {
        return Math.max(1, input.levels().size());
    }

    /** NaN where it is not known. */
    private double[] spread(double[] values) {
        var x = new double[mean.length];
        var place = 0;
        for (int i = 0; i < inputs.length; i++) {
            var levels = inputs[i].levels().size();
            if (levels == 0) {
                x[place++] = values[i];
            } else {
                for (int level = 0; level < levels; level++) {
                    x[place++] = Double.isNaN(values[i]) ? Double.NaN : values[i] == level ? 1 : 0;
                }
            }
        }
        return x;
    }

    private double[] standardised(double[] values) {
        var x = spread(values);
        for (int i = 0; i < x.length; i++) {
            x[i] = Double.isNaN(x[i]) || deviation[i] == 0 ? 0 : (x[i] - mean[i]) / deviation[i];
        }
        return x;
    }

    private void moments(Rows rows) {
        var known = new long[mean.length];
        for (var values : rows.values()) {
            var x = spread(values);
            for (int i = 0; i < x.length; i++) {
                if (!Double.isNaN(x[i])) {
                    known[i]++;
                    mean[i] += x[i];
                }
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] = known[i] == 0 ? 0 : mean[i] / known[i];
        }
        for (var values : rows.values()) {
            var x = spread(values);
            for (int i = 0; i < x.length; i++) {
                if (!Double.isNaN(x[i])) {
                    deviation[i] += (x[i] - mean[i]) * (x[i] - mean[i]);
                }
            }
        }
        for (int i = 0; i < mean.length; i++) {
            deviation[i] = Math.sqrt(deviation[i] / Math.max(1, known[i]));
        }
    }

    /** The slope is G w - c, with G = X'X / n and c = X'y / n: the rows are gone through once, not at each step. */
    private int descend(Rows rows) {
        var width = weights.length;
        var gram = new double[width][width];
        var target = new double[width];
        for (int row = 0; row < rows.size(); row++) {
            var x = standardised(rows.values()[row]);
            var y = rows.labels()[row] - intercept;
            for (int i = 0; i < width; i++) {
                target[i] += x[i] * y / rows.size();
                for (int j = 0; j < width; j++) {
                    gram[i][j] += x[i] * x[j] / rows.size();
                }
            }
        }
        // the steepest curve bounds the step; the sum of the diagonal bounds the steepest curve
        var trace = 0.0;
        for (int i = 0; i < width; i++) {
            trace += gram[i][i];
        }
        var flat = 1e-10
                * Math.max(1e-300, Arrays.stream(target).map(Math::abs).max().orElse(0));
        for (int step = 0; step < MAX_STEPS; step++) {
            var steepest = 0.0;
            var slope = new double[width];
            for (int i = 0; i < width; i++) {
                slope[i] = -target[i];
                for (int j = 0; j < width; j++) {
                    slope[i] += gram[i][j] * weights[j];
                }
                steepest = Math.max(steepest, Math.abs(slope[i]));
            }
            if (steepest <= flat) {
                return step;
            }
            for (int i = 0; i < width; i++) {
                weights[i] -= slope[i] / trace;
            }
        }
        return MAX_STEPS;
    }
}
