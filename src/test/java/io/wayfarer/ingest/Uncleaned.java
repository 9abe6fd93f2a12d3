package io.wayfarer.ingest;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Lets every event through as it is, for tests of what comes after. */
final class Uncleaned implements Cleaning {

    @Override
    public Inbox.Accepted accept(List<Event> events, Function<List<Event>, Inbox.Accepted> store) {
        return store.apply(events);
    }

    @Override
    public Optional<Refusal> refusal(Event event) {
        return Optional.empty();
    }
}
