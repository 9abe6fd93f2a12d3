package io.wayfarer.score;

/**
 * A formula that was fitted, and the curve that makes its answers come true.
 *
 * @param kind which candidate was fitted, in small letters: {@code logistic}, {@code randomforest}
 */
public record Fitted(String kind, Formula formula, Calibration calibration) implements Learnt {}
