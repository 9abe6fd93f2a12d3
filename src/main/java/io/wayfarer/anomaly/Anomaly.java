package io.wayfarer.anomaly;

import java.util.List;

/**
 * How unlike all others something is.
 *
 * @param score of the isolation forest, from 0 to 1: 0.5 is as easily told apart as a random point is on average
 * @param rank the share of what was learnt from that is less unlike the others: 0.99 means one of the strangest hundredth
 * @param model the forest's version
 * @param parts what sets it apart, the strongest first; score = 0.5 x 2^(sum of the parts), exactly
 */
public record Anomaly(double score, double rank, String model, List<Part> parts) {

    /**
     * What one feature does: the share of the usual path by which splits on it isolate sooner (above 0) or later than
     * chance would.
     *
     * @param value of the feature, as counted
     */
    public record Part(String feature, double value, double part) {}
}
