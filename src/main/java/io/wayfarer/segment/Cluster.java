package io.wayfarer.segment;

/**
 * A group that was found in the data, in standardised figures.
 *
 * @param id its name as one word
 * @param name what sets it apart, in words
 * @param centre the mean of each figure
 * @param spread the standard deviation of each figure; null for k-means
 * @param weight share of the sample in it
 */
record Cluster(String id, String name, double[] centre, double[] spread, double weight) {}
