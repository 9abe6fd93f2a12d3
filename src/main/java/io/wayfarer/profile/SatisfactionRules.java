package io.wayfarer.profile;

import io.wayfarer.ingest.Event;

/** What the rules say an event tells of satisfaction. */
@FunctionalInterface
public interface SatisfactionRules {

    /**
     * @param before the customer before the event
     * @param customer the customer with the event counted
     */
    Satisfaction.Said said(Customer before, Customer customer, Event event);
}
