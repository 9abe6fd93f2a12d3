package io.wayfarer.profile;

import java.util.Map;
import java.util.UUID;

/** What became of a batch's customers. */
public interface Outcome {

    /** The batch and its people as they were before. */
    Known known();

    /** The customers as they are after it, by id. */
    Map<UUID, Customer> after();
}
