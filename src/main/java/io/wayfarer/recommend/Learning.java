package io.wayfarer.recommend;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.time.BackgroundWork.State;
import java.time.Instant;

/**
 * One reading of the event log for recommendations, running or over.
 *
 * @param step what is being done, in words; at the end what came of it
 * @param progress from 0 to 1
 * @param startedAt product time, or null when there was none yet
 * @param endedAt product time, or null while it runs
 * @param events how many events were read so far
 * @param people of whom so many dealt with a product
 * @param products how many of them are in the model
 * @param leftOut what the limits left out, in words
 * @param model version of the model that it gave, or null
 */
@Schema(name = "RecommendationLearning")
public record Learning(
        State state,
        String step,
        double progress,
        Instant startedAt,
        Instant endedAt,
        long events,
        long people,
        long products,
        String leftOut,
        String model) {

    static final Learning NONE = new Learning(State.NEVER, "Not yet", 0, null, null, 0, 0, 0, "", null);

    Learning at(String newStep, double newProgress, Interactions read) {
        return new Learning(
                state,
                newStep,
                newProgress,
                startedAt,
                endedAt,
                read.events(),
                read.people(),
                read.products(),
                read.leftOut(),
                model);
    }

    Learning gave(Model newModel) {
        return new Learning(
                state, step, progress, startedAt, endedAt, events, people, newModel.size(), leftOut, newModel.version);
    }

    Learning ended(State newState, String newStep, Instant now) {
        return new Learning(
                newState,
                newStep,
                newState == State.DONE ? 1 : progress,
                startedAt,
                now,
                events,
                people,
                products,
                leftOut,
                model);
    }
}
