package io.wayfarer.score;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import java.time.Instant;
import java.util.Map;

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

    /**
     * Why the scores that rest on the customer's features are what they are, by the name of the score. It takes longer than
     * scoring: for people who ask. Empty when the models cannot tell.
     */
    default Map<String, Why> why(Customer customer, Instant now) {
        return Map.of();
    }
}
