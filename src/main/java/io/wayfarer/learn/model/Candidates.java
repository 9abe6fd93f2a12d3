package io.wayfarer.learn.model;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.score.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All candidates, cross-validated on the same folds, and the best of them fitted to all rows. As many fits run at a time as
 * there are cores, at most {@value #MAX_THREADS}; each holds the rows about five times in memory.
 */
public final class Candidates {

    private static final int MAX_THREADS = 4;

    /**
     * How one candidate did on rows that it had not seen.
     *
     * @param loss what it was chosen by: log loss after calibration on the other folds, or the root of the mean squared error
     * @param rawLoss the same before calibration
     * @param auc NaN for a number
     * @param seconds of all its fits together
     * @param failure why it could not be fitted; null when it could
     */
    public record Result(
            Candidate candidate, double loss, double rawLoss, double auc, double seconds, String failure) {}

    /**
     * What came of it.
     *
     * @param results the chosen one first, then by their loss
     * @param model the first of them, fitted to all rows, calibrated on its predictions for rows it had not seen
     */
    public record Choice(List<Result> results, Model model) {
        public Candidate candidate() {
            return results.get(0).candidate();
        }

        /** As the card tells them. */
        public List<Card.Tried> tried() {
            return results.stream()
                    .map(r -> new Card.Tried(
                            r.candidate().label(), r.loss(), r.rawLoss(), r.auc(), r.seconds(), r.failure()))
                    .toList();
        }

        /**
         * The Bayesian network, chosen or not; null when it could not be fitted.
         *
         * @param label its name
         * @param training the rows that the model was fitted to
         */
        public Card.Network network(String label, Rows training) {
            var names = training.inputs().stream().map(Rows.Input::name).toList();
            if (results.stream().noneMatch(r -> r.candidate() == Candidate.BAYES_NET && r.failure() == null)) {
                return null;
            }
            var net = candidate() == Candidate.BAYES_NET
                    ? model
                    : fit(Candidate.BAYES_NET, training, new Calibration.None());
            return net.network(label, names).orElse(null);
        }
    }

    private record Fold(Candidate candidate, int[] rows, double[] predictions, double seconds, String failure) {}

    private Candidates() {}

    /**
     * Chooses the best of all rows.
     *
     * @see #choose(Rows, int, Candidate, Progress)
     */
    public static Choice choose(Rows rows, Progress progress) {
        return choose(rows, rows.size(), null, progress);
    }

    /**
     * Chooses by {@link Folds#stratified}.
     *
     * @param tried at most so many of the rows are cross-validated, an even choice of them; the chosen candidate is fitted
     *     to all
     * @param preferred is chosen unless another one is surely better: by more than one standard error of the difference,
     *     which is taken over the groups (the rule of Breiman et al. 1984); null when none is
     * @param progress is told before each fit, and may throw to cancel
     * @throws IllegalArgumentException when no candidate can be fitted, with the reasons
     * @throws CancellationException as the progress threw it
     */
    public static Choice choose(Rows rows, int tried, Candidate preferred, Progress progress) {
        var some = some(rows, tried);
        var folds = Folds.stratified(some);
        var predictions = new EnumMap<Candidate, double[]>(Candidate.class);
        var seconds = new EnumMap<Candidate, Double>(Candidate.class);
        var failures = new EnumMap<Candidate, String>(Candidate.class);
        for (var fold : crossValidate(some, folds, progress)) {
            seconds.merge(fold.candidate(), fold.seconds(), Double::sum);
            if (fold.failure() != null) {
                failures.put(fold.candidate(), fold.failure());
                continue;
            }
            var all = predictions.computeIfAbsent(fold.candidate(), candidate -> new double[some.size()]);
            for (int i = 0; i < fold.rows().length; i++) {
                all[fold.rows()[i]] = fold.predictions()[i];
            }
        }
        predictions.keySet().removeAll(failures.keySet());
        if (predictions.isEmpty()) {
            throw new IllegalArgumentException("no model could be fitted: " + failures);
        }
        var results = results(some, folds, predictions, seconds, failures, preferred);
        var best = results.get(0).candidate();
        progress.at("Fitting " + best.label() + " to all rows of the training part", 0.95);
        var calibration =
                rows.binary() ? Calibration.of(predictions.get(best), some.happened()) : new Calibration.None();
        return new Choice(results, fit(best, rows, calibration));
    }

    /**
     * One candidate, fitted to these rows.
     *
     * @throws IllegalArgumentException when it cannot be
     */
    public static Model fit(Candidate candidate, Rows rows, Calibration calibration) {
        try {
            var some = some(rows, candidate.maxRows());
            return new Model(candidate.fit(some), some, calibration);
        } catch (Exception e) {
            throw new IllegalArgumentException(candidate.label() + " cannot be fitted: " + e.getMessage(), e);
        }
    }

    private static List<Fold> crossValidate(Rows rows, Folds folds, Progress progress) {
        var candidates = Arrays.stream(Candidate.values())
                .filter(candidate -> candidate.suits(rows.binary()))
                .toList();
        var threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        var pool = Executors.newFixedThreadPool(threads, task -> {
            var thread = new Thread(task, "candidates");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var begun = new AtomicInteger();
            var fits = candidates.size() * folds.parts();
            var running = new ExecutorCompletionService<Fold>(pool);
            for (var candidate : candidates) {
                for (int part = 0; part < folds.parts(); part++) {
                    var heldOut = part;
                    running.submit(() -> {
                        progress.at(
                                "%s, fold %d of %d".formatted(candidate.label(), heldOut + 1, folds.parts()),
                                0.95 * begun.getAndIncrement() / fits);
                        return fold(candidate, rows, folds, heldOut);
                    });
                }
            }
            var done = new ArrayList<Fold>();
            while (done.size() < fits) {
                done.add(running.take().get());
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error grave) {
                throw grave;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private static Fold fold(Candidate candidate, Rows rows, Folds folds, int part) {
        var heldOut = folds.heldOut(part);
        var from = System.nanoTime();
        try {
            var model = fit(candidate, rows.select(folds.others(part)), new Calibration.None());
            var predictions = Arrays.stream(heldOut)
                    .mapToDouble(row -> model.raw(rows.values()[row]))
                    .toArray();
            // numbers beyond all measure: a model may be fitted to them, and know no answer
            var failure =
                    Arrays.stream(predictions).allMatch(Double::isFinite) ? null : "it gives no number for some rows";
            return new Fold(candidate, heldOut, predictions, (System.nanoTime() - from) / 1e9, failure);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new Fold(candidate, heldOut, null, (System.nanoTime() - from) / 1e9, e.getMessage());
        }
    }

    private static List<Result> results(
            Rows rows,
            Folds folds,
            Map<Candidate, double[]> predictions,
            Map<Candidate, Double> seconds,
            Map<Candidate, String> failures,
            Candidate preferred) {
        var losses = new EnumMap<Candidate, double[]>(Candidate.class);
        var results = new ArrayList<Result>();
        predictions.forEach((candidate, raw) -> {
            var loss = rows.losses(rows.binary() ? calibrated(raw, rows.happened(), folds) : raw);
            losses.put(candidate, loss);
            results.add(new Result(
                    candidate,
                    figure(loss, rows),
                    figure(rows.losses(raw), rows),
                    rows.binary() ? Measures.auc(raw, rows.happened()) : Double.NaN,
                    seconds.get(candidate),
                    null));
        });
        results.sort(Comparator.comparingDouble(Result::loss));
        results.stream()
                .filter(result -> result.candidate() == preferred)
                .filter(result -> !rows.isWorse(
                        losses.get(preferred), losses.get(results.get(0).candidate()), 1))
                .findFirst()
                .ifPresent(result -> {
                    results.remove(result);
                    results.add(0, result);
                });
        failures.forEach((candidate, why) ->
                results.add(new Result(candidate, Double.NaN, Double.NaN, Double.NaN, seconds.get(candidate), why)));
        return List.copyOf(results);
    }

    private static double figure(double[] losses, Rows rows) {
        var mean = Arrays.stream(losses).average().orElseThrow();
        return rows.binary() ? mean : Math.sqrt(mean);
    }

    /** A fold is calibrated by the others: what it is judged on had no part in its curve. */
    private static double[] calibrated(double[] raw, boolean[] happened, Folds folds) {
        var calibrated = new double[raw.length];
        for (int part = 0; part < folds.parts(); part++) {
            var others = folds.others(part);
            var did = new boolean[others.length];
            for (int i = 0; i < did.length; i++) {
                did[i] = happened[others[i]];
            }
            var curve = Calibration.of(
                    Arrays.stream(others).mapToDouble(row -> raw[row]).toArray(), did);
            for (var row : folds.heldOut(part)) {
                calibrated[row] = curve.of(raw[row]);
            }
        }
        return calibrated;
    }

    private static Rows some(Rows rows, int limit) {
        if (rows.size() <= limit) {
            return rows;
        }
        var chosen = new int[limit];
        Arrays.setAll(chosen, i -> (int) ((long) i * rows.size() / limit));
        return rows.select(chosen);
    }
}
