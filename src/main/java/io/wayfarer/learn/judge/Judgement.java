package io.wayfarer.learn.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model for a yes or no, judged on rows that it has never seen.
 *
 * @param rows held out
 * @param positives those of them to whom it happened
 * @param calibrationError expected calibration error over ten parts of equal size
 * @param baseline the same measures when the share of the training rows is given to all
 * @param deciles the rows in ten parts of equal size, the highest probabilities first
 * @param confusion at the threshold
 * @param roc false positive rate and true positive rate, from (0, 0) to (1, 1), at most 200 points
 * @param precisionRecall recall and precision, at most 200 points
 */
public record Judgement(
        int rows,
        long positives,
        Interval auc,
        Interval prAuc,
        Interval logLoss,
        Interval brier,
        Interval calibrationError,
        Measures.Values baseline,
        List<Decile> deciles,
        Confusion confusion,
        List<Point> roc,
        List<Point> precisionRecall) {

    private static final int POINTS = 200;

    /** Of a curve. */
    public record Point(double x, double y) {}

    /**
     * A tenth of the rows.
     *
     * @param predicted mean probability
     * @param observed share to whom it happened
     * @param lift that share over the share of all rows
     */
    public record Decile(int rows, double predicted, Interval observed, double lift) {}

    /**
     * What comes of acting on every row whose probability is at least the threshold.
     *
     * @param threshold from 0 to 1
     */
    public record Confusion(
            double threshold, long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

        /** Of those chosen, the share to whom it happened; NaN when none is chosen. */
        public double precision() {
            return truePositives / (double) (truePositives + falsePositives);
        }

        /** Of those to whom it happened, the share that is chosen. */
        public double recall() {
            return truePositives / (double) (truePositives + falseNegatives);
        }
    }

    /**
     * @param share of positives in the training rows: what is known without a model
     * @param threshold from which a row is chosen
     */
    public static Judgement of(double[] probabilities, boolean[] happened, double share, double threshold) {
        var measures = new Measures(probabilities, happened);
        var intervals = Interval.bootstrap(
                probabilities.length, array(measures.values()), times -> array(measures.values(times)));
        var bare = new double[probabilities.length];
        Arrays.fill(bare, share);
        var positives = 0L;
        for (var did : happened) {
            positives += did ? 1 : 0;
        }
        return new Judgement(
                probabilities.length,
                positives,
                intervals[0],
                intervals[1],
                intervals[2],
                intervals[3],
                intervals[4],
                new Measures(bare, happened).values(),
                deciles(measures, positives),
                confusion(measures, threshold),
                curve(measures, positives, true),
                curve(measures, positives, false));
    }

    private static double[] array(Measures.Values v) {
        return new double[] {v.auc(), v.prAuc(), v.logLoss(), v.brier(), v.calibrationError()};
    }

    private static List<Decile> deciles(Measures measures, long positives) {
        var deciles = new ArrayList<Decile>();
        var rows = measures.size();
        for (int part = 0; part < Measures.PARTS; part++) {
            var from = (int) ((long) rows * part / Measures.PARTS);
            var to = (int) ((long) rows * (part + 1) / Measures.PARTS);
            var sum = 0.0;
            var hits = 0;
            for (int rank = from; rank < to; rank++) {
                sum += measures.probability(rank);
                hits += measures.happened(rank) ? 1 : 0;
            }
            if (to > from) {
                var observed = Interval.share(hits, to - from);
                deciles.add(new Decile(to - from, sum / (to - from), observed, observed.value() * rows / positives));
            }
        }
        return deciles;
    }

    private static Confusion confusion(Measures measures, double threshold) {
        var cells = new long[4];
        for (int rank = 0; rank < measures.size(); rank++) {
            var chosen = measures.probability(rank) >= threshold;
            cells[chosen ? (measures.happened(rank) ? 0 : 1) : (measures.happened(rank) ? 2 : 3)]++;
        }
        return new Confusion(threshold, cells[0], cells[1], cells[2], cells[3]);
    }

    private static List<Point> curve(Measures measures, long positives, boolean roc) {
        var negatives = measures.size() - positives;
        var points = new ArrayList<Point>();
        if (roc) {
            points.add(new Point(0, 0));
        }
        var hits = 0L;
        for (int rank = 0; rank < measures.size(); rank++) {
            hits += measures.happened(rank) ? 1 : 0;
            var tied = rank + 1 < measures.size() && measures.probability(rank + 1) == measures.probability(rank);
            if (!tied) {
                var chosen = rank + 1L;
                var recall = hits / (double) positives;
                points.add(
                        roc
                                ? new Point((chosen - hits) / (double) negatives, recall)
                                : new Point(recall, hits / (double) chosen));
            }
        }
        return thinned(points);
    }

    private static List<Point> thinned(List<Point> points) {
        if (points.size() <= POINTS) {
            return List.copyOf(points);
        }
        var kept = new ArrayList<Point>();
        for (int i = 0; i < POINTS; i++) {
            kept.add(points.get((int) ((long) i * (points.size() - 1) / (POINTS - 1))));
        }
        return List.copyOf(kept);
    }
}
