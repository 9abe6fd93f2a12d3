package io.wayfarer.learn;

import io.wayfarer.profile.Stage;
import io.wayfarer.score.ModelCard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a model is trained to answer.
 *
 * @param name on the model's card
 * @param asks which samples it is asked of
 * @param answer true when it happened
 */
record Question(String name, Predicate<Sample> asks, Predicate<Sample> answer) {

    /** Moving on from each stage that has a later one, and buying. */
    static List<Question> all() {
        var all = new ArrayList<Question>();
        for (var stage : Stage.values()) {
            if (stage.isBefore(Stage.AFTER_SALES)) {
                all.add(new Question(ModelCard.nextStage(stage), sample -> sample.stage() == stage, Sample::movedOn));
            }
        }
        all.add(new Question(ModelCard.BUY, sample -> true, Sample::bought));
        return all;
    }
}
