package io.wayfarer.segment;

/** How a segment came about; of each kind a customer is in one segment, or in none while nothing is learnt. */
public enum Kind {
    /** By recency, frequency and money. */
    rfm,
    /** Found by k-means. */
    kmeans,
    /** Found by EM. */
    em,
    /** By rules/segments.drl. */
    rules
}
