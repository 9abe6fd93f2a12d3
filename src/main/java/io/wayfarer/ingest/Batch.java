package io.wayfarer.ingest;

import java.util.List;

/**
 * What one worker takes from the inbox at once.
 *
 * @param partition the partition whose row lock the transaction holds, or -1 when there was nothing to take
 * @param events in order of arrival
 */
public record Batch(int partition, List<Event> events) {

    static final Batch NONE = new Batch(-1, List.of());

    public boolean isEmpty() {
        return events.isEmpty();
    }
}
