package io.wayfarer.score;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import java.time.Instant;

/** A fixed set of models, safe for use by several threads. Scoring is pure: the same input gives the same scores. */
public interface Models {

    /** Content-addressed: another set of models has another id. */
    String id();

    /**
     * What the models say of the customer.
     *
     * @param event the event that was just added to the customer, or null when none is being handled
     * @param now the moment at which the features are read
     */
    Scores score(Customer customer, Event event, Instant now);
}
