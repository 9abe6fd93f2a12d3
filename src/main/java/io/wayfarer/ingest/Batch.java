package io.wayfarer.ingest;

import java.util.List;

/**
 * What one worker takes from the inbox at once.
 *
 * @param partitions the partitions whose row locks the transaction holds; none when there was nothing to take
 * @param events those of one partition in order of arrival
 * @param full whether there were as many as a batch may have, so that more are likely to wait
 */
public record Batch(List<Integer> partitions, List<Event> events, boolean full) {

    static final Batch NONE = new Batch(List.of(), List.of(), false);

    /** Events of one partition. */
    public Batch(int partition, List<Event> events) {
        this(List.of(partition), events, false);
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }
}
