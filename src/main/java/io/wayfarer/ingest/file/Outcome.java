package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.RefusedRow;
import java.util.List;

/**
 * What rows came to: an event, or refusals.
 *
 * @param event null when the rows are refused
 * @param rows how many there are
 * @param last the number of the last of them
 */
record Outcome(Event event, List<RefusedRow> refused, int rows, long last) {

    static Outcome of(Event event, int rows, long last) {
        return new Outcome(event, List.of(), rows, last);
    }

    static Outcome refused(RefusedRow row) {
        return new Outcome(null, List.of(row), 1, row.row());
    }
}
