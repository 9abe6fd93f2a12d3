package io.wayfarer.learn;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How good probabilities are, against what happened. */
final class Measures {

    /** No certainty is believed more than this, or one surprise would cost infinitely much. */
    private static final double CERTAIN = 1e-15;

    private Measures() {}

    /**
     * Area under the ROC curve: the probability that of one to whom it happened and one to whom it did not the first has
     * the higher probability, ties half (Hanley and McNeil 1982). NaN when one of the two kinds is missing.
     */
    static double auc(double[] probabilities, List<Boolean> happened) {
        var order = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                .toList();
        var positives = happened.stream().filter(did -> did).count();
        var ranks = 0.0;
        for (int from = 0, to; from < order.size(); from = to) {
            to = from;
            while (to < order.size() && probabilities[order.get(to)] == probabilities[order.get(from)]) {
                to++;
            }
            var rank = (from + 1 + to) / 2.0;
            for (var i : order.subList(from, to)) {
                ranks += happened.get(i) ? rank : 0;
            }
        }
        var negatives = happened.size() - positives;
        return (ranks - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
    }

    /** Mean of -ln of the probability that was given to what happened; NaN when there is nothing. */
    static double logLoss(double[] probabilities, List<Boolean> happened) {
        var sum = 0.0;
        for (int i = 0; i < probabilities.length; i++) {
            var given = happened.get(i) ? probabilities[i] : 1 - probabilities[i];
            sum -= Math.log(Math.max(CERTAIN, given));
        }
        return sum / probabilities.length;
    }
}
