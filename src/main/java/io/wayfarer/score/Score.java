package io.wayfarer.score;

import java.util.List;

/**
 * What one model says.
 *
 * @param value a probability from 0 to 1, unless the score's name says otherwise
 * @param model which model spoke, with its version
 * @param drivers what moved the score most, the strongest first; empty when the model cannot tell
 */
public record Score(double value, String model, List<Driver> drivers) {

    /**
     * A feature's part in a score.
     *
     * @param feature the feature's name
     * @param value what it was
     * @param contribution what it added, on the scale on which the model adds up: log-odds, or for a forest the probability
     */
    public record Driver(String feature, double value, double contribution) {}
}
