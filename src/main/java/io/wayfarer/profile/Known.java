package io.wayfarer.profile;

import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A batch whose people are known.
 *
 * @param batch as taken from the inbox
 * @param events those of the batch that have not had their effect before, in order
 * @param owners for each of {@code events} the id of its customer
 * @param customers the customers as they were before the batch, by id, with the identities that the batch adds, and merged
 *     with those who turned out to be the same person
 * @param added identities seen for the first time, with the customer they belong to
 * @param moved identities that now belong to another customer
 * @param changes what else became of identities and customers
 */
public record Known(
        Batch batch,
        List<Event> events,
        List<UUID> owners,
        Map<UUID, Customer> customers,
        Map<Identity, UUID> added,
        Map<Identity, UUID> moved,
        Changes changes) {

    /**
     * @param were for each moved or removed identity the customer who had it
     * @param removed identities that are nobody's any more
     * @param people who has been on a browser or device, or was joined by an identity, as far as it is new
     * @param merges customers who turned out to be one person, in order
     * @param knownAs for events of the batch whose customer was merged by a later one, whose they were
     */
    record Changes(
            Map<Identity, UUID> were,
            Set<Identity> removed,
            Map<Identity, Set<UUID>> people,
            List<Joined> merges,
            Map<UUID, UUID> knownAs) {

        static final Changes NONE = new Changes(Map.of(), Set.of(), Map.of(), List.of(), Map.of());
    }

    /** Customers who turned out to be one person, in order: rows that belong to the one now belong to the other. */
    public List<Move> moves() {
        return changes.merges().stream().map(joined -> joined.merge().move()).toList();
    }
}
