package io.wayfarer.score;

import java.util.Comparator;
import java.util.List;

/**
 * Why a score is what it is: what each feature adds to it, from the customer who is the mean of all that the model was
 * trained on to this one. The parts add up to the way between the two on the scale on
 * which the model adds up: log-odds, or for a forest the probability itself; both before calibration.
 *
 * @param value the score, a probability
 * @param baseline the score of the mean customer
 * @param model which model spoke, with its version
 * @param method how the parts were found
 * @param parts of all features that add something, the strongest first
 */
public record Why(double value, double baseline, String model, Method method, List<Part> parts) {

    /** How the parts were found. */
    public enum Method {
        /** Coefficient x distance from the mean: so it is. */
        EXACT,
        /** Estimated from random orders of the features, see {@link Shapley}. */
        SHAPLEY_SAMPLING,
        /** The model looks at the stage alone. */
        NO_FEATURES
    }

    /**
     * What one feature adds.
     *
     * @param feature its name
     * @param value of the customer, as counted: a number of events, days, money
     * @param contribution on the scale on which the model adds up
     * @param error standard error of the contribution; 0 when it is exact
     * @param share of the way from baseline to value, in probability: the contributions, scaled so that they add up to it
     */
    public record Part(String feature, double value, double contribution, double error, double share) {}

    static Why of(double value, double baseline, String model, Method method, List<Part> parts) {
        var way = parts.stream().mapToDouble(Part::contribution).sum();
        var scale = Math.abs(way) < 1e-9 ? 0 : (value - baseline) / way;
        return new Why(
                value,
                baseline,
                model,
                method,
                parts.stream()
                        .filter(part -> part.contribution() != 0)
                        .map(part -> new Part(
                                part.feature(),
                                part.value(),
                                part.contribution(),
                                part.error(),
                                scale * part.contribution()))
                        .sorted(Comparator.comparingDouble((Part part) -> -Math.abs(part.contribution()))
                                .thenComparing(Part::feature))
                        .toList());
    }
}
