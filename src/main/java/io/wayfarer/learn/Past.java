package io.wayfarer.learn;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import java.time.Instant;
import java.util.Map;

/** How history is gone through again. */
@FunctionalInterface
interface Past {

    /** The customer after an event, with the stage that the rules give. */
    Customer after(Customer before, Event event);

    /**
     * The groups that a model must treat alike, of a customer at a moment: by what they are told apart, and which one. No model
     * learns from them.
     */
    default Map<String, String> groups(Customer customer, Instant at) {
        return Map.of();
    }
}
