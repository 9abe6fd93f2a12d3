package io.wayfarer.score;

import io.wayfarer.profile.FeatureVector;
import java.util.ArrayList;
import java.util.List;
import weka.classifiers.functions.Logistic;

/**
 * A logistic regression as numbers: log-odds = intercept + sum of coefficient x feature. Weka's own object is not safe
 * for several threads and builds an instance for every answer; this is read out of it once, and says the same.
 */
final class LinearModel {

    private static final int DRIVERS = 3;

    private final String label;
    private final int[] index;
    private final double[] coefficients;
    private final double[] means;
    private final double intercept;

    /**
     * @param card names the features in the order of the model's attributes, with their means over the training rows
     * @throws IllegalArgumentException when the model does not fit its card, or needs a feature that is not computed
     */
    LinearModel(ModelCard card, Logistic logistic) {
        // for two classes Weka keeps one column: the log-odds of the first class, which is "yes"
        var columns = logistic.coefficients();
        var features = card.features();
        if (columns == null || columns.length != features.size() + 1 || columns[0].length != 1) {
            throw new IllegalArgumentException("model " + card.name() + " does not have the features its card names");
        }
        this.label = "logistic:" + card.name() + ":" + card.version();
        this.intercept = columns[0][0];
        this.index = new int[features.size()];
        this.coefficients = new double[features.size()];
        this.means = new double[features.size()];
        for (int i = 0; i < index.length; i++) {
            index[i] = FeatureVector.NAMES.indexOf(features.get(i).name());
            if (index[i] < 0) {
                throw new IllegalArgumentException("model " + card.name() + " needs the feature '"
                        + features.get(i).name() + "', which is not computed");
            }
            coefficients[i] = columns[i + 1][0];
            means[i] = features.get(i).mean();
        }
    }

    double probability(double[] vector) {
        var logOdds = intercept;
        for (int i = 0; i < index.length; i++) {
            logOdds += coefficients[i] * vector[index[i]];
        }
        return 1 / (1 + Math.exp(-logOdds));
    }

    /** The probability, and the features that moved it most away from that of the mean of all training rows. */
    Score score(double[] vector) {
        var logOdds = intercept;
        var top = new int[DRIVERS];
        var moved = new double[DRIVERS];
        var found = 0;
        for (int i = 0; i < index.length; i++) {
            var value = vector[index[i]];
            logOdds += coefficients[i] * value;
            var contribution = coefficients[i] * (value - means[i]);
            var place = found;
            while (place > 0 && Math.abs(contribution) > Math.abs(moved[place - 1])) {
                place--;
            }
            if (place < DRIVERS && contribution != 0) {
                found = Math.min(found + 1, DRIVERS);
                for (int k = found - 1; k > place; k--) {
                    top[k] = top[k - 1];
                    moved[k] = moved[k - 1];
                }
                top[place] = i;
                moved[place] = contribution;
            }
        }
        var drivers = new ArrayList<Score.Driver>(found);
        for (int k = 0; k < found; k++) {
            var feature = index[top[k]];
            drivers.add(new Score.Driver(
                    FeatureVector.NAMES.get(feature), FeatureVector.natural(feature, vector[feature]), moved[k]));
        }
        return new Score(1 / (1 + Math.exp(-logOdds)), label, List.copyOf(drivers));
    }

    /** Why the score of this vector is what it is: exact. */
    Why why(double[] vector) {
        var mean = new double[vector.length];
        var parts = new ArrayList<Why.Part>(index.length);
        for (int i = 0; i < index.length; i++) {
            var value = vector[index[i]];
            mean[index[i]] = means[i];
            parts.add(new Why.Part(
                    FeatureVector.NAMES.get(index[i]),
                    FeatureVector.natural(index[i], value),
                    coefficients[i] * (value - means[i]),
                    0,
                    0));
        }
        return Why.of(probability(vector), probability(mean), label, Why.Method.EXACT, parts);
    }
}
