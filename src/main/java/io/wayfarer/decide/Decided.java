package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Known;
import io.wayfarer.profile.Move;
import io.wayfarer.profile.Outcome;
import io.wayfarer.profile.Satisfaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A batch that has been evaluated.
 *
 * @param known the batch and its people as they were before
 * @param after the customers as they are after it, by id
 * @param decisions all that was decided, in the order of the events
 * @param said for each of the events what it says of satisfaction; empty when none says anything
 */
public record Decided(Known known, Map<UUID, Customer> after, List<Decision> decisions, List<Satisfaction.Said> said)
        implements Outcome {

    /** Of a batch that says nothing of satisfaction. */
    public Decided(Known known, Map<UUID, Customer> after, List<Decision> decisions) {
        this(known, after, decisions, List.of());
    }

    /** Customers who turned out to be one person in the batch: what was kept for the one is the other's now. */
    public List<Move> moves() {
        return known == null ? List.of() : known.moves();
    }
}
