package io.wayfarer.ingest;

import java.util.List;

/** Where ways in hand over what is said of things and not of people. */
public interface Catalogue {

    /**
     * Takes events named {@code Product Changed} and {@code Stock Changed}, which name no person, in the caller's
     * transaction when there is one. What was taken before changes nothing: of each field the newest event time wins.
     */
    void accept(List<Event> aboutThings);
}
