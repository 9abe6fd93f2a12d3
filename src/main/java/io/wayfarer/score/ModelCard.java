package io.wayfarer.score;

import io.wayfarer.profile.Stage;
import io.wayfarer.text.Language;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is known of a trained model; kept as JSON beside its file and signed with it.
 *
 * @param name what it answers: {@code next-stage.<stage>}, {@code buy} or another label of {@code
 *     rules/labels.txt}, {@code mood.<language>}, or {@code markov} for the chain of stages
 * @param version content-addressed: derived from the model's bytes and the rest of the card; null until it is kept
 * @param trainedAt product time
 * @param from the first moment it was trained on; null for a mood, whose texts have no time
 * @param to the last one; null for a mood
 * @param horizon it answers for what happens within this time; null for a mood
 * @param rows moments it was trained and tested on; for the chain, days of customers; for a mood, texts
 * @param positives those of them after which it happened, or whose number is not 0; for the chain, days with an order; for a mood, happy texts
 * @param features its inputs, in the order of the model's attributes; empty for the chain and a mood
 * @param auc area under the ROC curve on the held-out rows; null for the chain and for a number
 * @param logLoss mean -ln of the probability given to what happened, on the held-out rows; null for the chain
 * @param baselineLogLoss the same for the share of positives in the training rows, given to all; null for the chain
 * @param seed of the split
 * @param split how the held-out rows were chosen, in words
 * @param reference what it saw in training; null where that is not kept
 */
public record ModelCard(
        String name,
        String version,
        Instant trainedAt,
        Instant from,
        Instant to,
        Duration horizon,
        long rows,
        long positives,
        List<Feature> features,
        Double auc,
        Double logLoss,
        Double baselineLogLoss,
        long seed,
        String split,
        Reference reference) {

    /** The probability of buying. */
    public static final String BUY = "buy";

    /** The chain that answers where there is no model. */
    public static final String CHAIN = "markov";

    private static final String NEXT_STAGE = "next-stage.";
    private static final String MOOD = "mood.";

    /** Without a reference. */
    public ModelCard(
            String name,
            String version,
            Instant trainedAt,
            Instant from,
            Instant to,
            Duration horizon,
            long rows,
            long positives,
            List<Feature> features,
            Double auc,
            Double logLoss,
            Double baselineLogLoss,
            long seed,
            String split) {
        this(
                name,
                version,
                trainedAt,
                from,
                to,
                horizon,
                rows,
                positives,
                features,
                auc,
                logLoss,
                baselineLogLoss,
                seed,
                split,
                null);
    }

    /** The probability of moving on from the stage. */
    public static String nextStage(Stage stage) {
        return NEXT_STAGE + stage.label();
    }

    /** Whether the model of this name is asked about customers in the stage. */
    public static boolean concerns(String model, Stage stage) {
        return !model.startsWith(NEXT_STAGE) || model.equals(nextStage(stage));
    }

    /** Whether a model of this name says what will happen. */
    static boolean foresees(String name) {
        return !name.equals(CHAIN) && !name.startsWith(MOOD);
    }

    /** Whether the chain of stages answers the same where there is no model. */
    static boolean chainAnswers(String name) {
        return name.equals(BUY)
                || Stream.of(Stage.values()).map(ModelCard::nextStage).anyMatch(name::equals);
    }

    /** The probability that a text in the language is in a good mood. */
    public static String mood(Language language) {
        return MOOD + language.code();
    }

    /**
     * An input of a model.
     *
     * @param name one of {@link io.wayfarer.profile.FeatureVector#NAMES}
     * @param mean over the training rows: what the drivers of a score are measured from
     */
    public record Feature(String name, double mean) {}

    ModelCard withVersion(String newVersion) {
        return with(newVersion, reference);
    }

    ModelCard withReference(Reference newReference) {
        return with(version, newReference);
    }

    private ModelCard with(String newVersion, Reference newReference) {
        return new ModelCard(
                name,
                newVersion,
                trainedAt,
                from,
                to,
                horizon,
                rows,
                positives,
                features,
                auc,
                logLoss,
                baselineLogLoss,
                seed,
                split,
                newReference);
    }
}
