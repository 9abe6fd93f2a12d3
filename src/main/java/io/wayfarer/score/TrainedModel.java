package io.wayfarer.score;

import io.wayfarer.profile.FeatureVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A formula with its calibration and its card, applied to feature vectors. Safe for several threads. */
final class TrainedModel {

    private static final int DRIVERS = 3;

    /** Orders of the inputs that are tried for a why, each forwards and backwards: forty milliseconds for a forest. */
    private static final int ORDERS = 50;

    private final String label;
    private final Formula formula;
    private final Calibration calibration;
    private final int[] index;
    /** The customer who is the mean of all that it was trained on. */
    private final double[] mean;

    private final double[] meanParts;

    /**
     * @param card names the features in the order of the formula's inputs, with their means over the training rows
     * @throws IllegalArgumentException when the formula does not fit its card, or needs a feature that is not computed
     */
    TrainedModel(ModelCard card, Fitted fitted) {
        var features = card.features();
        if (fitted.formula().inputs() != features.size()) {
            throw new IllegalArgumentException("model " + card.name() + " does not have the features its card names");
        }
        this.label = fitted.kind() + ":" + card.name() + ":" + card.version();
        this.formula = fitted.formula();
        this.calibration = fitted.calibration();
        this.index = new int[features.size()];
        this.mean = features.stream().mapToDouble(ModelCard.Feature::mean).toArray();
        for (int i = 0; i < index.length; i++) {
            index[i] = FeatureVector.NAMES.indexOf(features.get(i).name());
            if (index[i] < 0) {
                throw new IllegalArgumentException("model " + card.name() + " needs the feature '"
                        + features.get(i).name() + "', which is not computed");
            }
        }
        this.meanParts = new double[index.length];
        formula.addParts(mean, meanParts);
    }

    /** The calibrated probability, or the number. */
    double answer(double[] vector) {
        return calibration.of(formula.answer(inputs(vector)));
    }

    /** The answer, and the features that moved it most away from that of the mean customer. */
    Score score(double[] vector) {
        var x = inputs(vector);
        var answer = formula.answer(x);
        var parts = parts(x);
        var top = new int[DRIVERS];
        var found = 0;
        for (int i = 0; i < parts.length; i++) {
            var place = found;
            while (place > 0 && Math.abs(parts[i]) > Math.abs(parts[top[place - 1]])) {
                place--;
            }
            if (place < DRIVERS && parts[i] != 0) {
                found = Math.min(found + 1, DRIVERS);
                System.arraycopy(top, place, top, place + 1, found - 1 - place);
                top[place] = i;
            }
        }
        var drivers = new Score.Driver[found];
        for (int k = 0; k < found; k++) {
            var feature = index[top[k]];
            drivers[k] = new Score.Driver(
                    FeatureVector.NAMES.get(feature), FeatureVector.natural(feature, x[top[k]]), parts[top[k]]);
        }
        return new Score(calibration.of(answer), label, List.of(drivers));
    }

    /** Why the answer for this vector is what it is: exact when the formula is a sum over its inputs. */
    Why why(double[] vector) {
        var x = inputs(vector);
        var parts = new ArrayList<Why.Part>(index.length);
        if (formula.additive()) {
            var exact = parts(x);
            for (int i = 0; i < index.length; i++) {
                parts.add(part(x, i, exact[i], 0));
            }
        } else {
            var all = new int[index.length];
            Arrays.setAll(all, i -> i);
            var shapley = Shapley.of(formula::sum, x, mean, all, ORDERS);
            for (int i = 0; i < index.length; i++) {
                parts.add(part(x, i, shapley.values()[i], shapley.errors()[i]));
            }
        }
        return Why.of(
                calibration.of(formula.answer(x)),
                calibration.of(formula.answer(mean)),
                label,
                formula.additive() ? Why.Method.EXACT : Why.Method.SHAPLEY_SAMPLING,
                parts);
    }

    private Why.Part part(double[] x, int input, double contribution, double error) {
        return new Why.Part(
                FeatureVector.NAMES.get(index[input]),
                FeatureVector.natural(index[input], x[input]),
                contribution,
                error,
                0);
    }

    /** What each input adds, from the mean customer to this one, on the formula's own scale. */
    private double[] parts(double[] x) {
        var parts = new double[index.length];
        formula.addParts(x, parts);
        for (int i = 0; i < parts.length; i++) {
            parts[i] -= meanParts[i];
        }
        return parts;
    }

    private double[] inputs(double[] vector) {
        var x = new double[index.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = vector[index[i]];
        }
        return x;
    }
}
