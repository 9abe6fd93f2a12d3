package io.wayfarer.score;

import java.util.Map;

/**
 * All that the models say of a customer at one moment, by name: {@link #NEXT_STAGE}, {@link #BUY} always, {@link
 * #SENTIMENT} when the event brought a text, and {@link #need} of each need that the text speaks of.
 */
public record Scores(Map<String, Score> byName) {

    /** Probability of moving on from the present stage within the horizon. */
    public static final String NEXT_STAGE = "next-stage";

    /** Probability of buying within the horizon. */
    public static final String BUY = "buy";

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
