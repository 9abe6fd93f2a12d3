package io.wayfarer.learn;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.wayfarer.score.ModelCard;
import io.wayfarer.time.BackgroundWork.State;
import java.time.Instant;
import java.util.List;

/**
 * A training, running or over.
 *
 * @param step what is being done, in words
 * @param progress from 0 to 1
 * @param startedAt product time, or null when there was none yet
 * @param endedAt product time, or null while it runs
 * @param events how many events were read so far
 * @param outcomes what became of each model, in order; empty until all are fitted
 */
public record Training(
        State state,
        String step,
        double progress,
        Instant startedAt,
        Instant endedAt,
        long events,
        List<Outcome> outcomes) {

    static final Training NONE = new Training(State.NEVER, "No training yet", 0, null, null, 0, List.of());

    /**
     * What became of one model.
     *
     * @param model the name on its card
     * @param published true when it is kept: it serves, or is tried beside what serves; otherwise what served goes on alone
     * @param reason why, in words
     * @param card what was measured, with a version if it was published; null when there was too little to measure
     */
    public record Outcome(
            String model, boolean published, String reason, @JsonIgnoreProperties("reference") ModelCard card) {}

    Training at(String newStep, double newProgress, long newEvents) {
        return new Training(State.RUNNING, newStep, newProgress, startedAt, null, newEvents, outcomes);
    }

    Training with(List<Outcome> newOutcomes) {
        return new Training(state, step, progress, startedAt, endedAt, events, List.copyOf(newOutcomes));
    }

    Training ended(State how, String newStep, Instant at) {
        return new Training(how, newStep, how == State.DONE ? 1 : progress, startedAt, at, events, outcomes);
    }
}
