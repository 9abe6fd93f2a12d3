package io.wayfarer.learn;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Fairness;
import io.wayfarer.learn.judge.Importance;
import io.wayfarer.learn.judge.Judgement;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.learn.judge.Words;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.ModelCard;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
 * @param report the card with all that was measured; null when nothing could be
 */
record Fit(boolean goodEnough, String reason, ModelCard card, Logistic model, Card report) {

    static final int MIN_ROWS = 200;
    static final int MIN_OF_EACH = 30;

    /**
     * Weka adds ridge x coefficient squared, of standardised features, to the negative log-likelihood (le Cessie and van
     * Houwelingen 1992): as if each coefficient came from a normal distribution with a deviation of 1 / sqrt(2 ridge),
     * here 0.3. It keeps eighty related features in check on a few hundred rows, and is lost in many thousand.
     */
    static final double RIDGE = 5;

    private static final String AGE = "days-since-first-seen";
    private static final double TOO_GOOD = 0.995;

    private static final List<Words> LIMITS = List.of(
            new Words(
                    "It holds for customers like those it learned from: another season, shop or way of measuring asks for a"
                            + " new training.",
                    "仅适用于与训练数据类似的客户；换了季节、商店或统计口径应重新训练。"),
            new Words(
                    "It says what goes together, not what causes what: whether a message helps, only an experiment tells.",
                    "它反映相关而非因果；消息是否有用，只有实验能说明。"),
            new Words(
                    "Held-out customers lived at the same time as the others: how well it foresees the next season is not"
                            + " shown.",
                    "留出的客户与其他客户处于同一时期；对下一季的预测能力未经检验。"),
            new Words(
                    "What happened includes what our own messages brought about in that time.",
                    "所发生的事情包含了当时我们自己的消息所带来的影响。"));

    static Fit of(Question question, List<Sample> samples, Instant now, Duration horizon) throws Exception {
        var happened = question.answer();
        var positives = samples.stream().filter(happened).count();
        if (samples.size() < MIN_ROWS || Math.min(positives, samples.size() - positives) < MIN_OF_EACH) {
            return new Fit(
                    false,
                    "Not enough history: it happened after %d of %d moments; %d moments and %d of each kind are needed"
                            .formatted(positives, samples.size(), MIN_ROWS, MIN_OF_EACH),
                    null,
                    null,
                    null);
        }
        var split = Split.of(samples, happened);
        var features = varying(split.training());
        var rows = rows(features, question, split.training());
        var model = new Logistic();
        model.setRidge(RIDGE);
        model.buildClassifier(rows);

        var test = split.heldOut().stream()
                .map(sample -> Arrays.stream(features)
                        .mapToDouble(feature -> sample.features()[feature])
                        .toArray())
                .toArray(double[][]::new);
        var probabilities =
                Arrays.stream(test).mapToDouble(row -> probability(model, row)).toArray();
        var truth = new boolean[test.length];
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
            return new Fit(false, "It happened to all or to none of the customers held out", card, model, null);
        }
        var better = logLoss < baselineLogLoss;
        var reason = "Log loss %.4f on the held-out fifth, %s than %.4f of the bare share of %.1f %%; AUC %.3f"
                .formatted(logLoss, better ? "better" : "not better", baselineLogLoss, 100 * share, auc);
        return new Fit(
                better,
                reason,
                card,
                model,
                report(question, card, split, features, model, test, probabilities, truth, share));
    }

    private static Card report(
            Question question,
            ModelCard card,
            Split split,
            int[] features,
            Logistic model,
            double[][] test,
            double[] probabilities,
            boolean[] truth,
            double share) {
        var judgement = Judgement.of(probabilities, truth, share, Costs.DEFAULT.threshold());
        var names = Arrays.stream(features).mapToObj(FeatureVector.NAMES::get).toList();
        var importance = Importance.of(names, test, row -> probability(model, row), (predictions, rows) -> {
            var happened = new boolean[rows.length];
            for (int i = 0; i < rows.length; i++) {
                happened[i] = truth[rows[i]];
            }
            return -Measures.logLoss(predictions, happened);
        });
        var stages =
                split.heldOut().stream().map(sample -> sample.stage().label()).toArray(String[]::new);
        var fairness = Fairness.of("stage", stages, probabilities, truth, Costs.DEFAULT.threshold());
        var known = FeatureVector.NAMES.indexOf(AGE);
        var age = split.heldOut().stream()
                .mapToDouble(sample -> FeatureVector.natural(known, sample.features()[known]))
                .toArray();
        var observed = new double[truth.length];
        Arrays.setAll(observed, i -> truth[i] ? 1 : 0);
        return new Card(
                question.name(),
                "yes",
                card.trainedAt().truncatedTo(ChronoUnit.SECONDS),
                new Card.Source(
                        "the event log",
                        card.from().truncatedTo(ChronoUnit.SECONDS),
                        card.to().truncatedTo(ChronoUnit.SECONDS),
                        (int) card.rows(),
                        FeatureVector.NAMES.size(),
                        0,
                        0,
                        split.training().size(),
                        share),
                names.stream()
                        .map(name -> new Card.Input(name, "number", 0, "ln(1 + x)"))
                        .toList(),
                FeatureVector.NAMES.stream()
                        .filter(name -> !names.contains(name))
                        .map(name -> new Card.LeftOut(name, "the same for all"))
                        .toList(),
                warnings(judgement),
                Split.WORDS,
                Split.SEED,
                List.of(new Card.Tried(
                        "Logistic",
                        judgement.logLoss().value(),
                        judgement.logLoss().value(),
                        judgement.auc().value(),
                        0,
                        null)),
                "none",
                Card.Costs.of(Costs.DEFAULT.falsePositive(), Costs.DEFAULT.falseNegative(), false, judgement),
                judgement,
                null,
                null,
                fairness.groups().size() > 1 ? List.of(fairness) : List.of(),
                importance,
                Card.Against.of(AGE, age, probabilities, observed),
                null,
                LIMITS);
    }

    private static List<Words> warnings(Judgement judgement) {
        if (judgement.auc().value() > TOO_GOOD) {
            return List.of(Words.of(
                    "An AUC of %.4f is too good to be believed: does a rule make it happen from the same features?",
                    "AUC 达到 %.4f，好得可疑：是否有规则用同样的特征促成了结果？", judgement.auc().value()));
        }
        return List.of();
    }

    private static double probability(Logistic model, double[] row) {
        // the log-odds of the first class, which is "yes"
        var columns = model.coefficients();
        var logOdds = columns[0][0];
        for (int i = 0; i < row.length; i++) {
            logOdds += columns[i + 1][0] * row[i];
        }
        return 1 / (1 + Math.exp(-logOdds));
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
