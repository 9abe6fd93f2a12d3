package io.wayfarer.learn;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.CardFiles;
import io.wayfarer.learn.judge.Judgement;
import io.wayfarer.learn.judge.Words;
import io.wayfarer.learn.model.Candidate;
import io.wayfarer.learn.model.Candidates;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.learn.model.Folds;
import io.wayfarer.learn.model.Rows;
import io.wayfarer.score.Calibration;
import io.wayfarer.score.Fitted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A yes or no learnt from rows of another room's numbers, where one of the numbers ranks them already. It is of use only when it
 * is surely better than that number alone, calibrated, and than the bare share, on the fifth of the people held out.
 *
 * @param goodEnough true when it may be used
 * @param reason why, or why not, in words
 * @param rows it was trained and tested on
 * @param used the places of the inputs that the model looks at
 * @param model null when nothing could be fitted
 * @param card null when nothing could be fitted
 */
public record RowFit(boolean goodEnough, String reason, int rows, int[] used, Fitted model, Card card) {

    public static final int MIN_ROWS = Fit.MIN_ROWS;
    public static final int MIN_OF_EACH = Fit.MIN_OF_EACH;

    private static final String SPLIT = "80/20 by customer, stratified by whether it ever happened to them";

    /** @param person whose rows are held out together */
    public record Row(UUID person, Instant at, double[] values, boolean happened) {}

    /**
     * Fits and judges.
     *
     * @param inputs what the numbers are called
     * @param known the input that ranks already
     * @param source where the rows come from, in words
     * @param limits of use, in English, and the same in Chinese
     * @param goOn asked between the steps; throws to end it
     */
    public static RowFit of(
            String name,
            List<String> inputs,
            String known,
            List<Row> from,
            String source,
            Map<String, String> limits,
            Instant now,
            Runnable goOn) {
        var happened = (int) from.stream().filter(Row::happened).count();
        if (from.size() < MIN_ROWS || Math.min(happened, from.size() - happened) < MIN_OF_EACH) {
            return none(
                    from.size(),
                    "Not enough yet: %d of %d; %d and %d of each kind are needed"
                            .formatted(happened, from.size(), MIN_ROWS, MIN_OF_EACH));
        }
        var all = rows(inputs, from);
        var folds = Folds.stratified(all);
        var same = Fit.constant(all.select(folds.others(0)));
        var rows = all.without(List.copyOf(same.keySet()));
        var training = rows.select(folds.others(0));
        var test = rows.select(folds.heldOut(0));
        if (same.containsKey(known) || test.positives() == 0 || test.positives() == test.size()) {
            return none(from.size(), "It happened to all or to none of those held out, or all look the same");
        }
        var choice = Candidates.choose(training, training.size(), Candidate.LOGISTIC, (step, done) -> goOn.run());
        var predictions = choice.model().predict(test.values());
        var alone = alone(known, training, test);
        var bare = new double[test.size()];
        Arrays.fill(bare, training.mean());
        var judgement = Judgement.of(predictions, test.happened(), training.mean(), Costs.DEFAULT.threshold());
        var ofAlone = Arrays.stream(test.losses(alone)).average().orElseThrow();
        var better = test.isWorse(test.losses(bare), test.losses(predictions), Fit.SURELY)
                && test.isWorse(test.losses(alone), test.losses(predictions), Fit.SURELY);
        var reason =
                "%s: log loss %.4f on the held-out fifth, %s than %.4f of %s alone and %.4f of the bare share of %.1f %%"
                        .formatted(
                                choice.candidate().label(),
                                judgement.logLoss().value(),
                                better ? "better" : "not surely better",
                                ofAlone,
                                known,
                                judgement.baseline().logLoss(),
                                100 * training.mean());
        var card = new Card(
                name,
                "yes",
                now.truncatedTo(ChronoUnit.SECONDS),
                new Card.Source(
                        source,
                        at(from, Comparator.naturalOrder()),
                        at(from, Comparator.reverseOrder()),
                        from.size(),
                        inputs.size(),
                        0,
                        0,
                        training.size(),
                        training.mean()),
                training.inputs().stream()
                        .map(input -> new Card.Input(input.name(), "number", 0, ""))
                        .toList(),
                same.entrySet().stream()
                        .map(one -> new Card.LeftOut(one.getKey(), one.getValue()))
                        .toList(),
                List.of(),
                SPLIT,
                Folds.SEED,
                choice.tried(),
                choice.model().calibration().words(),
                Card.Costs.of(Costs.DEFAULT.falsePositive(), Costs.DEFAULT.falseNegative(), false, judgement),
                judgement,
                null,
                null,
                List.of(),
                choice.model().importance(test),
                null,
                choice.network(name, training),
                limits.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(limit -> new Words(limit.getKey(), limit.getValue()))
                        .toList());
        var used = rows.inputs().stream()
                .mapToInt(input -> inputs.indexOf(input.name()))
                .toArray();
        return new RowFit(better, reason, from.size(), used, choice.model().fitted(training), card);
    }

    /** What is there when nothing could be fitted. */
    public static RowFit none(int rows, String reason) {
        return new RowFit(false, reason, rows, new int[0], null, null);
    }

    /** Whether something was measured. */
    public boolean hasCard() {
        return card != null;
    }

    /** How likely it is, by what was learnt. */
    public double probability(double[] values) {
        var x = Arrays.stream(used).mapToDouble(input -> values[input]).toArray();
        return model.calibration().of(model.formula().answer(x));
    }

    /** Writes the card's files, if there is one. */
    public void write(Path folder) throws IOException {
        if (card != null) {
            CardFiles.write(folder, card);
        }
    }

    /** A file of a card that was written, such as card.html. */
    public static Optional<Path> file(Path folder, String name) {
        return CardFiles.find(folder, name);
    }

    private static double[] alone(String known, Rows training, Rows test) {
        var others = training.inputs().stream()
                .map(Rows.Input::name)
                .filter(name -> !name.equals(known))
                .toList();
        var only = training.without(others);
        var raw = Candidates.fit(Candidate.LOGISTIC, only, new Calibration.None()).predict(only.values());
        return Candidates.fit(Candidate.LOGISTIC, only, Calibration.of(raw, only.happened()))
                .predict(test.without(others).values());
    }

    private static Instant at(List<Row> rows, Comparator<Instant> first) {
        return rows.stream().map(Row::at).min(first).orElseThrow().truncatedTo(ChronoUnit.SECONDS);
    }

    private static Rows rows(List<String> inputs, List<Row> from) {
        var people = new HashMap<UUID, Integer>();
        return new Rows(
                inputs.stream().map(Rows.Input::number).toList(),
                from.stream().map(Row::values).toArray(double[][]::new),
                from.stream().mapToDouble(row -> row.happened() ? 1 : 0).toArray(),
                true,
                from.stream()
                        .mapToInt(row -> people.computeIfAbsent(row.person(), id -> people.size()))
                        .toArray());
    }
}
