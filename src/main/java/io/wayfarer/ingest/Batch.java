package io.wayfarer.ingest;

import java.util.List;

/**
 * What one worker takes from the inbox at once.
 *
 * @param partitions the partitions whose row locks the transaction holds; none when there was nothing to take
 * @param events those of one partition in order of arrival
 */
public record Batch(List<Integer> partitions, List<Event> events) {

    static final Batch NONE = new Batch(List.of(), List.of());

    /** Events of one partition. */
    public Batch(int partition, List<Event> events) {
        this(List.of(partition), events);
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }
}
