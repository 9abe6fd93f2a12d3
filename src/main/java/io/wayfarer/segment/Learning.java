package io.wayfarer.segment;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.time.BackgroundWork.State;
import java.time.Instant;

/**
 * One learning of segments, with the pass over all customers that follows it; running or over.
 *
 * @param step what is being done, in words; at the end what came of it
 * @param progress from 0 to 1
 * @param startedAt product time, or null when there was none yet
 * @param endedAt product time, or null while it runs
 * @param customers how many were assigned so far
 */
@Schema(name = "SegmentLearning")
public record Learning(State state, String step, double progress, Instant startedAt, Instant endedAt, long customers) {

    static final Learning NONE = new Learning(State.NEVER, "Not yet", 0, null, null, 0);

    Learning at(String newStep, double newProgress, long newCustomers) {
        return new Learning(state, newStep, newProgress, startedAt, endedAt, newCustomers);
    }

    Learning ended(State newState, String newStep, Instant now) {
        return new Learning(newState, newStep, newState == State.DONE ? 1 : progress, startedAt, now, customers);
    }
}
