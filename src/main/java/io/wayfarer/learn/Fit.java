package io.wayfarer.learn;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Errors;
import io.wayfarer.learn.judge.Fairness;
import io.wayfarer.learn.judge.Judgement;
import io.wayfarer.learn.judge.Words;
import io.wayfarer.learn.model.Candidate;
import io.wayfarer.learn.model.Candidates;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.learn.model.Folds;
import io.wayfarer.learn.model.GradientDescent;
import io.wayfarer.learn.model.Leaks;
import io.wayfarer.learn.model.Progress;
import io.wayfarer.learn.model.Rows;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.Fitted;
import io.wayfarer.score.ModelCard;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The best candidate fitted to samples, and measured on those held out.
 *
 * @param goodEnough true when it may serve
 * @param reason why, or why not, in words
 * @param card without a version; null when there were too few samples to fit anything
 * @param model null when there were too few samples to fit anything
 * @param report the card with all that was measured; null when nothing could be
 */
record Fit(boolean goodEnough, String reason, ModelCard card, Fitted model, Card report) {

    static final int MIN_ROWS = 200;
    static final int MIN_OF_EACH = 30;

    /** Standard errors by which it must be better than the bare share: by chance alone one in twenty would be. */
    static final double SURELY = 1.645;

    /** So many rows tell the candidates apart. */
    private static final int TRIED = 3000;

    private static final String SPLIT = "80/20 by customer, stratified by whether it ever happened to them";
    private static final String AGE = "days-since-first-seen";
    private static final double TOO_GOOD = 0.995;
    private static final String SAME = "the same for all";

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

    /**
     * Fits and judges.
     *
     * @param progress is told of each step, and may throw to cancel
     */
    static Fit of(Question question, List<Sample> samples, Instant now, Progress progress) {
        var happened =
                samples.stream().filter(sample -> question.answer(sample) != 0).count();
        if (samples.size() < MIN_ROWS || Math.min(happened, samples.size() - happened) < MIN_OF_EACH) {
            return nothing(
                    "Not enough history: it happened after %d of %d moments; %d moments and %d of each kind are needed"
                            .formatted(happened, samples.size(), MIN_ROWS, MIN_OF_EACH));
        }
        var all = rows(question, samples);
        var folds = Folds.stratified(all);
        var heldOut = folds.heldOut(0);
        var leftOut = constant(all.select(folds.others(0)));
        leftOut.putAll(Leaks.of(all.select(folds.others(0)).without(List.copyOf(leftOut.keySet()))));
        var rows = all.without(List.copyOf(leftOut.keySet()));
        if (rows.inputs().isEmpty()) {
            return nothing("No feature is left to learn from: each is the same for all, or knows the answer");
        }
        var training = rows.select(folds.others(0));
        var test = rows.select(heldOut);
        if (test.binary() && (test.positives() == 0 || test.positives() == test.size())) {
            return nothing("It happened to all or to none of the customers held out");
        }
        // a straight line is understood exactly and costs least: it must be surely beaten
        var choice = Candidates.choose(training, TRIED, line(test.binary()), progress);
        var model = choice.model();
        var predictions = model.predict(test.values());
        var judgement = test.binary()
                ? Judgement.of(predictions, test.happened(), training.mean(), Costs.DEFAULT.threshold())
                : null;
        var errors = test.binary() ? null : Errors.of(predictions, test.labels(), training.mean());
        var card = card(question, samples, training, happened, judgement, now);
        var bare = new double[test.size()];
        Arrays.fill(bare, training.mean());
        var better = test.isWorse(test.losses(bare), test.losses(predictions), SURELY);
        var some = Arrays.stream(heldOut).mapToObj(samples::get).toList();
        return new Fit(
                better,
                reason(choice, better, judgement, errors, training.mean()),
                card,
                model.fitted(training),
                report(card, some, training, test, leftOut, choice, predictions, judgement, errors));
    }

    private static Candidate line(boolean binary) {
        return binary ? Candidate.LOGISTIC : Candidate.LINEAR_REGRESSION;
    }

    private static Fit nothing(String reason) {
        return new Fit(false, reason, null, null, null);
    }

    private static String reason(
            Candidates.Choice choice, boolean better, Judgement judgement, Errors errors, double mean) {
        var than = better ? "better" : "not surely better";
        return judgement == null
                ? "%s: root of the mean squared error %.2f on the held-out fifth, %s than %.2f of the bare mean of %.2f"
                        .formatted(choice.candidate().label(), errors.rmse().value(), than, errors.baselineRmse(), mean)
                : "%s: log loss %.4f on the held-out fifth, %s than %.4f of the bare share of %.1f %%; AUC %.3f"
                        .formatted(
                                choice.candidate().label(),
                                judgement.logLoss().value(),
                                than,
                                judgement.baseline().logLoss(),
                                100 * mean,
                                judgement.auc().value());
    }

    private static ModelCard card(
            Question question, List<Sample> samples, Rows training, long happened, Judgement judgement, Instant now) {
        var features = new ArrayList<ModelCard.Feature>();
        for (int i = 0; i < training.inputs().size(); i++) {
            var input = i;
            features.add(new ModelCard.Feature(
                    training.inputs().get(i).name(),
                    Arrays.stream(training.values())
                            .mapToDouble(row -> row[input])
                            .average()
                            .orElseThrow()));
        }
        return new ModelCard(
                question.name(),
                null,
                now,
                samples.stream().map(Sample::at).min(Comparator.naturalOrder()).orElseThrow(),
                samples.stream().map(Sample::at).max(Comparator.naturalOrder()).orElseThrow(),
                question.label().within(),
                samples.size(),
                happened,
                features,
                judgement == null ? null : judgement.auc().value(),
                judgement == null ? null : judgement.logLoss().value(),
                judgement == null ? null : judgement.baseline().logLoss(),
                Folds.SEED,
                SPLIT);
    }

    private static Card report(
            ModelCard card,
            List<Sample> heldOut,
            Rows training,
            Rows test,
            Map<String, String> leftOut,
            Candidates.Choice choice,
            double[] predictions,
            Judgement judgement,
            Errors errors) {
        var known = FeatureVector.NAMES.indexOf(AGE);
        var age = heldOut.stream()
                .mapToDouble(sample -> FeatureVector.natural(known, sample.features()[known]))
                .toArray();
        return new Card(
                card.name(),
                judgement == null ? null : "yes",
                card.trainedAt().truncatedTo(ChronoUnit.SECONDS),
                new Card.Source(
                        "the event log",
                        card.from().truncatedTo(ChronoUnit.SECONDS),
                        card.to().truncatedTo(ChronoUnit.SECONDS),
                        (int) card.rows(),
                        FeatureVector.NAMES.size(),
                        0,
                        0,
                        training.size(),
                        training.mean()),
                training.inputs().stream()
                        .map(input -> new Card.Input(input.name(), "number", 0, "ln(1 + x)"))
                        .toList(),
                leftOut.entrySet().stream()
                        .map(one -> new Card.LeftOut(one.getKey(), one.getValue()))
                        .toList(),
                warnings(leftOut, judgement),
                SPLIT,
                Folds.SEED,
                choice.tried(),
                choice.model().calibration().words(),
                judgement == null
                        ? null
                        : Card.Costs.of(Costs.DEFAULT.falsePositive(), Costs.DEFAULT.falseNegative(), false, judgement),
                judgement,
                errors,
                judgement == null ? GradientDescent.beside(training, test) : null,
                judgement == null ? List.of() : fairness(heldOut, test, predictions),
                choice.model().importance(test),
                Card.Against.of(AGE, age, predictions, test.labels()),
                judgement == null ? null : choice.network(card.name(), training),
                LIMITS);
    }

    /** By stage, and by country and segment as they were at the moment. What has not two groups to show is left out. */
    private static List<Fairness> fairness(List<Sample> heldOut, Rows test, double[] predictions) {
        var columns = new LinkedHashMap<String, Function<Sample, String>>();
        columns.put("stage", sample -> sample.stage().label());
        heldOut.stream()
                .flatMap(sample -> sample.groups().keySet().stream())
                .distinct()
                .sorted()
                .forEach(column -> columns.put(column, sample -> sample.groups().get(column)));
        return columns.entrySet().stream()
                .map(column -> Fairness.of(
                        column.getKey(),
                        heldOut.stream().map(column.getValue()).toArray(String[]::new),
                        test.groups(),
                        predictions,
                        test.happened(),
                        Costs.DEFAULT.threshold()))
                .filter(fairness -> fairness.groups().size() > 1)
                .toList();
    }

    private static List<Words> warnings(Map<String, String> leftOut, Judgement judgement) {
        var warnings = new ArrayList<Words>();
        leftOut.forEach((feature, why) -> {
            if (!why.equals(SAME)) {
                warnings.add(Words.of(
                        "'%s' knows the answer nearly alone and was left out: does a rule make it happen, or is it known"
                                + " only afterwards?",
                        "“%s”几乎单独决定了结果，已被排除：是否由规则促成，或事后才得知？", feature));
            }
        });
        if (judgement != null && judgement.auc().value() > TOO_GOOD) {
            warnings.add(Words.of(
                    "An AUC of %.4f is too good to be believed: does a rule make it happen from the same features?",
                    "AUC 达到 %.4f，好得可疑：是否有规则用同样的特征促成了结果？", judgement.auc().value()));
        }
        return warnings;
    }

    /** Weka drops an input that never varies, and would not say so: it does not get to see one. */
    static Map<String, String> constant(Rows rows) {
        var constant = new LinkedHashMap<String, String>();
        for (int i = 0; i < rows.inputs().size(); i++) {
            var input = i;
            var first = rows.values()[0][i];
            if (Arrays.stream(rows.values()).allMatch(row -> row[input] == first)) {
                constant.put(rows.inputs().get(i).name(), SAME);
            }
        }
        return constant;
    }

    private static Rows rows(Question question, List<Sample> samples) {
        var customers = new HashMap<UUID, Integer>();
        return new Rows(
                FeatureVector.NAMES.stream().map(Rows.Input::number).toList(),
                samples.stream().map(Sample::features).toArray(double[][]::new),
                samples.stream().mapToDouble(question::answer).toArray(),
                question.label().binary(),
                samples.stream()
                        .mapToInt(sample -> customers.computeIfAbsent(sample.customer(), id -> customers.size()))
                        .toArray());
    }
}
