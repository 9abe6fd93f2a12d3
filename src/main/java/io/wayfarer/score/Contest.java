package io.wayfarer.score;

import java.util.function.ToDoubleFunction;

/**
 * What is watched of a model at work: its champion, and the challenger beside it.
 *
 * @param byChampion the probability that the champion gives for a feature vector
 * @param reference what the champion saw in training; null when that is not known
 * @param challenger null when there is none
 * @param byChallenger null when there is none
 */
public record Contest(
        String name,
        String champion,
        ToDoubleFunction<double[]> byChampion,
        Reference reference,
        String challenger,
        ToDoubleFunction<double[]> byChallenger) {}
