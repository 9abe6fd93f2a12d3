package io.wayfarer.learn.judge;

import java.util.Arrays;
import java.util.Random;

/**
 * How good probabilities are, against what happened. Sorted once, by falling probability; a row may count several times or
 * not at all, so that a bootstrap costs one pass.
 */
public final class Measures {

    /** No certainty is believed more than this, or one surprise would cost infinitely much. */
    private static final double CERTAIN = 1e-15;

    /** Equal parts of the rows, by probability, within which calibration is compared. */
    static final int PARTS = 10;

    /**
     * @param auc area under the ROC curve: the probability that of one to whom it happened and one to whom it did not the
     *     first has the higher probability, ties half (Hanley and McNeil 1982). NaN when one of the two kinds is missing
     * @param prAuc average precision: the mean of the precision at each rank, weighted by the recall that it adds. NaN when
     *     it happened to none
     * @param logLoss mean of -ln of the probability that was given to what happened
     * @param brier mean of the squared difference between probability and what happened, 1 or 0 (Brier 1950)
     * @param calibrationError mean over ten parts of equal size of how far the mean probability is from the share to whom
     *     it happened (expected calibration error, Naeini et al. 2015, with parts of equal size)
     */
    public record Values(double auc, double prAuc, double logLoss, double brier, double calibrationError) {}

    private final double[] probabilities;
    private final boolean[] happened;
    private final int[] order;

    /**
     * @param probabilities of each row, from 0 to 1
     * @param happened to each row
     */
    public Measures(double[] probabilities, boolean[] happened) {
        this.order = falling(probabilities);
        this.probabilities = new double[order.length];
        this.happened = new boolean[order.length];
        for (int rank = 0; rank < order.length; rank++) {
            this.probabilities[rank] = probabilities[order[rank]];
            this.happened[rank] = happened[order[rank]];
        }
    }

    /** As {@link Values#auc()}; the first argument may be anything that ranks. */
    public static double auc(double[] scores, boolean[] happened) {
        return new Measures(scores, happened).values().auc();
    }

    /** As {@link Values#logLoss()}; NaN when there are no rows. */
    public static double logLoss(double[] probabilities, boolean[] happened) {
        var sum = 0.0;
        for (int i = 0; i < probabilities.length; i++) {
            sum += surprise(probabilities[i], happened[i]);
        }
        return sum / probabilities.length;
    }

    /** Of all rows, each once. */
    public Values values() {
        var once = new int[order.length];
        Arrays.fill(once, 1);
        return values(once);
    }

    /** @param times how often each row counts, by rank */
    Values values(int[] times) {
        var total = 0L;
        var positives = 0L;
        for (int i = 0; i < times.length; i++) {
            total += times[i];
            positives += happened[i] ? times[i] : 0;
        }
        var surprise = 0.0;
        var squares = 0.0;
        var pairs = 0.0;
        var precisions = 0.0;
        var part = new Part(total);
        long seen = 0;
        long hits = 0;
        for (int from = 0, to; from < times.length; from = to) {
            long tied = 0;
            long tiedHits = 0;
            for (to = from; to < times.length && probabilities[to] == probabilities[from]; to++) {
                if (times[to] > 0) {
                    tied += times[to];
                    tiedHits += happened[to] ? times[to] : 0;
                    surprise += times[to] * surprise(probabilities[to], happened[to]);
                    var off = probabilities[to] - (happened[to] ? 1 : 0);
                    squares += times[to] * off * off;
                    part.add(probabilities[to], happened[to], times[to]);
                }
            }
            pairs += (tied - tiedHits) * (hits + tiedHits / 2.0);
            seen += tied;
            hits += tiedHits;
            precisions += tiedHits == 0 ? 0 : tiedHits * (double) hits / seen;
        }
        return new Values(
                pairs / ((double) positives * (total - positives)),
                precisions / positives,
                surprise / total,
                squares / total,
                part.error());
    }

    /** The calibration error, added up part by part as the ranks go by. */
    private static final class Part {
        private final long total;
        private double sum;
        private long rows;
        private long closed;
        private int parts;
        private double off;

        Part(long total) {
            this.total = total;
        }

        void add(double probability, boolean happened, int times) {
            sum += times * (probability - (happened ? 1 : 0));
            rows += times;
            if (closed + rows >= (parts + 1) * (double) total / PARTS) {
                close();
            }
        }

        private void close() {
            off += Math.abs(sum);
            closed += rows;
            parts = (int) (closed * PARTS / total);
            sum = 0;
            rows = 0;
        }

        double error() {
            if (rows > 0) {
                close();
            }
            return off / total;
        }
    }

    int size() {
        return order.length;
    }

    /** By rank, the highest first. */
    double probability(int rank) {
        return probabilities[rank];
    }

    /** By rank, the highest first. */
    boolean happened(int rank) {
        return happened[rank];
    }

    /** -ln of the probability that was given to what happened. */
    public static double surprise(double probability, boolean happened) {
        return -Math.log(Math.max(CERTAIN, happened ? probability : 1 - probability));
    }

    /** Ties in a seeded random order: the order of a file, which may be sorted by its label, has no say in a decile. */
    private static int[] falling(double[] scores) {
        var shuffled = new int[scores.length];
        var random = new Random(42);
        for (int i = 0; i < shuffled.length; i++) {
            var place = random.nextInt(i + 1);
            shuffled[i] = shuffled[place];
            shuffled[place] = i;
        }
        var boxed = new Integer[scores.length];
        Arrays.setAll(boxed, i -> shuffled[i]);
        Arrays.sort(boxed, (a, b) -> Double.compare(scores[b], scores[a]));
        return Arrays.stream(boxed).mapToInt(Integer::intValue).toArray();
    }
}
