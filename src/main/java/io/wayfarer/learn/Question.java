package io.wayfarer.learn;

import io.wayfarer.score.Label;
import io.wayfarer.score.ModelCard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one model is trained to answer.
 *
 * @param name on the model's card
 * @param label what is foreseen
 * @param place of the label among all of them
 * @param asks which samples it is asked of
 */
record Question(String name, Label label, int place, Predicate<Sample> asks) {

    static List<Question> all(List<Label> labels) {
        var all = new ArrayList<Question>();
        for (int place = 0; place < labels.size(); place++) {
            for (var model : labels.get(place).models()) {
                all.add(new Question(
                        model, labels.get(place), place, sample -> ModelCard.concerns(model, sample.stage())));
            }
        }
        return List.copyOf(all);
    }

    /** 1 for yes, 0 for no, or a number; NaN when it is not known yet. */
    double answer(Sample sample) {
        return sample.answers()[place];
    }
}
