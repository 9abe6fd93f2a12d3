package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Known;
import io.wayfarer.profile.Move;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A batch that has been evaluated.
 *
 * @param known the batch and its people as they were before
 * @param after the customers as they are after it, by id
 * @param decisions all that was decided, in the order of the events
 */
public record Decided(Known known, Map<UUID, Customer> after, List<Decision> decisions) {

    /** Customers who turned out to be one person in the batch: what was kept for the one is the other's now. */
    public List<Move> moves() {
        return known == null ? List.of() : known.moves();
    }
}
