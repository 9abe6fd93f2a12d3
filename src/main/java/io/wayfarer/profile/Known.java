package io.wayfarer.profile;

import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A batch whose people are known.
 *
 * @param batch as taken from the inbox
 * @param events those of the batch that have not had their effect before, in order
 * @param owners for each of {@code events} the id of its customer
 * @param customers the customers as they were before the batch, by id, with the identities that the batch adds
 * @param added identities seen for the first time, with the customer they belong to
 * @param moved browsers and devices that now belong to another customer
 */
public record Known(
        Batch batch,
        List<Event> events,
        List<UUID> owners,
        Map<UUID, Customer> customers,
        Map<Identity, UUID> added,
        Map<Identity, UUID> moved) {}
