package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import java.time.Instant;

/** What was learnt of groups of customers, as part of a release: pure, and safe for use by several threads. */
public interface Grouping {

    /** Content-addressed. */
    String version();

    /**
     * The group the customer is in at the moment; empty when nothing was found of this kind.
     *
     * @param kind rfm, kmeans or em
     * @throws IllegalArgumentException when there is no such kind
     */
    String group(String kind, Customer customer, Instant at);
}
