package io.wayfarer.score;

/**
 * What a training gives: a formula, and the curve that makes its answers come true.
 *
 * @param kind which candidate was fitted, in small letters: {@code logistic}, {@code randomforest}
 */
public record Fitted(String kind, Formula formula, Calibration calibration) {}
