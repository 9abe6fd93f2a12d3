package io.wayfarer.learn;

import io.wayfarer.learn.judge.Measures;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.ModelCard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import weka.classifiers.functions.Logistic;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

/**
 * A logistic regression fitted to samples, and measured on those held out.
 *
 * @param goodEnough true when it may serve
 * @param reason why, or why not, in words
 * @param card without a version; null when there were too few samples to fit anything
 * @param model null when there were too few samples to fit anything
 */
record Fit(boolean goodEnough, String reason, ModelCard card, Logistic model) {

    static final int MIN_ROWS = 200;
    static final int MIN_OF_EACH = 30;

    /**
     * Weka adds ridge x coefficient squared, of standardised features, to the negative log-likelihood (le Cessie and van
     * Houwelingen 1992): as if each coefficient came from a normal distribution with a deviation of 1 / sqrt(2 ridge),
     * here 0.3. It keeps eighty related features in check on a few hundred rows, and is lost in many thousand.
     */
    static final double RIDGE = 5;

    static Fit of(Question question, List<Sample> samples, Instant now, Duration horizon) throws Exception {
        var happened = question.answer();
        var positives = samples.stream().filter(happened).count();
        if (samples.size() < MIN_ROWS || Math.min(positives, samples.size() - positives) < MIN_OF_EACH) {
            return new Fit(
                    false,
                    "Not enough history: it happened after %d of %d moments; %d moments and %d of each kind are needed"
                            .formatted(positives, samples.size(), MIN_ROWS, MIN_OF_EACH),
                    null,
                    null);
        }
        var split = Split.of(samples, happened);
        var features = varying(split.training());
        var rows = rows(features, question, split.training());
        var model = new Logistic();
        model.setRidge(RIDGE);
        model.buildClassifier(rows);

        var test = rows(features, question, split.heldOut());
        var probabilities = new double[test.size()];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = model.distributionForInstance(test.get(i))[0];
        }
        var truth = new boolean[probabilities.length];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = happened.test(split.heldOut().get(i));
        }
        var share = split.training().stream().filter(happened).count()
                / (double) split.training().size();
        var baseline = new double[probabilities.length];
        Arrays.fill(baseline, share);
        var auc = Measures.auc(probabilities, truth);
        var logLoss = Measures.logLoss(probabilities, truth);
        var baselineLogLoss = Measures.logLoss(baseline, truth);
        var card = new ModelCard(
                question.name(),
                null,
                now,
                samples.stream().map(Sample::at).min(Comparator.naturalOrder()).orElseThrow(),
                samples.stream().map(Sample::at).max(Comparator.naturalOrder()).orElseThrow(),
                horizon,
                samples.size(),
                positives,
                Arrays.stream(features)
                        .mapToObj(i -> new ModelCard.Feature(FeatureVector.NAMES.get(i), mean(split.training(), i)))
                        .toList(),
                auc,
                logLoss,
                baselineLogLoss,
                Split.SEED,
                Split.WORDS);
        if (Double.isNaN(auc)) {
            return new Fit(false, "It happened to all or to none of the customers held out", card, model);
        }
        var better = logLoss < baselineLogLoss;
        var reason = "Log loss %.4f on the held-out fifth, %s than %.4f of the bare share of %.1f %%; AUC %.3f"
                .formatted(logLoss, better ? "better" : "not better", baselineLogLoss, 100 * share, auc);
        return new Fit(better, reason, card, model);
    }

    /** Weka drops an attribute that never varies, and would not say so: it does not get to see one. */
    private static int[] varying(List<Sample> samples) {
        var first = samples.get(0).features();
        var varying = new ArrayList<Integer>();
        for (int i = 0; i < first.length; i++) {
            var feature = i;
            if (samples.stream().anyMatch(sample -> sample.features()[feature] != first[feature])) {
                varying.add(i);
            }
        }
        return varying.stream().mapToInt(Integer::intValue).toArray();
    }

    private static double mean(List<Sample> samples, int feature) {
        return samples.stream()
                .mapToDouble(sample -> sample.features()[feature])
                .average()
                .orElseThrow();
    }

    private static Instances rows(int[] features, Question question, List<Sample> samples) {
        var attributes = new ArrayList<Attribute>();
        for (var feature : features) {
            attributes.add(new Attribute(FeatureVector.NAMES.get(feature)));
        }
        // "yes" first: Weka's coefficients are the log-odds of the first class
        attributes.add(new Attribute(question.name(), List.of("yes", "no")));
        var rows = new Instances(question.name(), attributes, samples.size());
        rows.setClassIndex(features.length);
        for (var sample : samples) {
            var values = new double[features.length + 1];
            for (int i = 0; i < features.length; i++) {
                values[i] = sample.features()[features[i]];
            }
            values[features.length] = question.answer().test(sample) ? 0 : 1;
            rows.add(new DenseInstance(1, values));
        }
        return rows;
    }
}
