package io.wayfarer.score;

import java.util.Map;

/**
 * All that the models say of a customer at one moment, by name: {@link #NEXT_STAGE} and {@link #BUY} always, the other labels
 * of {@code rules/labels.txt}, as {@link #CHURN} and {@link #VALUE}, once a model is trained, {@link #SENTIMENT} when the
 * event brought a text, and {@link #need} of each need that the text speaks of.
 */
public record Scores(Map<String, Score> byName) {

    /** Probability of moving on from the present stage within the horizon. */
    public static final String NEXT_STAGE = "next-stage";

    /** Probability of buying within the horizon. */
    public static final String BUY = "buy";

    /** Probability of not coming again within the time that its label says; missing until there is a model. */
    public static final String CHURN = "churn";

    /** Expected revenue within the time that its label says, in units of the currency; missing until there is a model. */
    public static final String VALUE = "value";

    /** Probability that the text of the event is in a good mood: 0 unhappy, 1 happy, 0.5 in a language that is not read. */
    public static final String SENTIMENT = "sentiment";

    /** How surely the text of the event is about the need, as {@code need:delivery}; missing when no word says so. */
    public static String need(String name) {
        return "need:" + name;
    }

    /** The score's value, or {@code otherwise} when no model gave it. */
    public double value(String name, double otherwise) {
        var score = byName.get(name);
        return score == null ? otherwise : score.value();
    }
}
