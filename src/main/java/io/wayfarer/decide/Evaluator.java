package io.wayfarer.decide;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.profile.Satisfaction.Said;
import java.time.Instant;
import java.util.List;

/**
 * The functional core: what an event means for a customer. Pure: no database, no clock, no network, no static state.
 * The live pipeline, replay, training and the rule cases all call this one function.
 */
public final class Evaluator {

    private Evaluator() {}

    /** @param now product time of the evaluation; features are read at this moment */
    public static Evaluation evaluate(Customer before, Event event, Release release, Instant now) {
        var customer = Profiler.after(before, event);
        if (!event.counts()) {
            return new Evaluation(customer, List.of(), Said.NOTHING);
        }
        return release.rulebook().judge(before, customer, event, release, now);
    }
}
