package io.wayfarer.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which mood the words of one language speak for: log-odds of a happy text = intercept + the weights of its terms.
 * Immutable. Made by {@link MoodTraining}.
 */
public final class Mood {

    private static final String INTERCEPT = "";
    /** More than a training keeps, so that what was not trained here is refused. */
    private static final int MAX_TERMS = 2 * MoodTraining.MAX_TERMS;

    private final Language language;
    private final double intercept;
    private final Map<String, Double> weights;

    /** @param weights by {@link Terms term} */
    Mood(Language language, double intercept, Map<String, Double> weights) {
        this.language = language;
        this.intercept = intercept;
        this.weights = Map.copyOf(weights);
    }

    public Language language() {
        return language;
    }

    double intercept() {
        return intercept;
    }

    /** What the term adds to the log-odds; 0 when it is not known. */
    double weight(String term) {
        return weights.getOrDefault(term, 0.0);
    }

    /** Another one, whose log-odds are {@code shift + scale x} those of this one. */
    Mood calibrated(double shift, double scale) {
        var scaled = new HashMap<>(weights);
        scaled.replaceAll((term, weight) -> scale * weight);
        return new Mood(language, shift + scale * intercept, scaled);
    }

    double logOdds(List<Words.Word> words) {
        var sum = intercept;
        for (var term : Terms.of(words, language).keySet()) {
            sum += weight(term);
        }
        return sum;
    }

    /** The probability that the text is a happy one, from its words in this language alone. */
    public double probability(String text) {
        return MoodTraining.sigmoid(logOdds(Words.of(text)));
    }

    /** All of it as lines of a weight, a tab and a term, in order; the first is the intercept. */
    public String toText() {
        var text = new StringBuilder()
                .append(intercept)
                .append('\t')
                .append(INTERCEPT)
                .append('\n');
        new TreeMap<>(weights)
                .forEach((term, weight) ->
                        text.append(weight).append('\t').append(term).append('\n'));
        return text.toString();
    }

    /**
     * The reverse of {@link #toText}.
     *
     * @throws IllegalArgumentException when the text is none of that form
     */
    public static Mood fromText(Language language, String text) {
        var weights = new HashMap<String, Double>();
        text.lines().limit(MAX_TERMS).forEach(line -> {
            var tab = line.indexOf('\t');
            var weight = tab < 0 ? Double.NaN : Double.parseDouble(line.substring(0, tab));
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("it holds a line that is no weight and term");
            }
            weights.put(line.substring(tab + 1), weight);
        });
        var intercept = weights.remove(INTERCEPT);
        if (intercept == null) {
            throw new IllegalArgumentException("it has no intercept");
        }
        return new Mood(language, intercept, weights);
    }
}
