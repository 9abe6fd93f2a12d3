package io.wayfarer.ingest;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What happens to all events between a way in and the inbox. */
public interface Cleaning {

    /**
     * Cleans the events, all of one source, and has them stored. What may not be stored goes to quarantine, and is counted
     * as refused. What {@code store} throws is thrown on, and then nothing has happened.
     */
    Inbox.Accepted accept(List<Event> events, Function<List<Event>, Inbox.Accepted> store);

    /** Why the event would go to quarantine, if it would. */
    Optional<Refusal> refusal(Event event);
}
