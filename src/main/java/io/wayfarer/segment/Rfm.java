package io.wayfarer.segment;

import java.util.Arrays;
import java.util.List;

/**
 * Recency, frequency and money by quintiles of those who have ordered (Hughes, Strategic Database Marketing, 1994).
 *
 * @param recency four bounds in days since the last order; none while nobody has ordered
 * @param frequency four bounds in orders
 * @param money four bounds in units of the currency
 */
record Rfm(double[] recency, double[] frequency, double[] money) {

    static final String NEVER_BOUGHT = "prospects";
    static final String NEW = "new";

    private static final int QUINTILES = 5;

    static Rfm learn(List<double[]> all) {
        var buyers = all.stream().filter(figures -> figures[Figures.ORDERS] > 0).toList();
        return new Rfm(
                bounds(buyers, Figures.SINCE_ORDER), bounds(buyers, Figures.ORDERS), bounds(buyers, Figures.REVENUE));
    }

    private static double[] bounds(List<double[]> buyers, int figure) {
        if (buyers.isEmpty()) {
            return new double[0];
        }
        var sorted = buyers.stream().mapToDouble(figures -> figures[figure]).toArray();
        Arrays.sort(sorted);
        var bounds = new double[QUINTILES - 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = sorted[(int) ((i + 1L) * sorted.length / QUINTILES)];
        }
        return bounds;
    }

    String segment(double[] figures) {
        if (figures[Figures.ORDERS] == 0) {
            return NEVER_BOUGHT;
        }
        if (recency.length == 0) {
            return NEW;
        }
        var recent = QUINTILES + 1 - score(recency, figures[Figures.SINCE_ORDER]);
        var worth = (score(frequency, figures[Figures.ORDERS]) + score(money, figures[Figures.REVENUE]) + 1) / 2;
        if (recent >= 4) {
            return worth >= 4 ? "champions" : worth >= 2 ? "potential-loyalists" : NEW;
        }
        if (recent == 3) {
            return worth >= 4 ? "loyal" : worth == 3 ? "need-attention" : "about-to-sleep";
        }
        if (worth == QUINTILES) {
            return "cannot-lose";
        }
        return worth >= 3 ? "at-risk" : recent == 2 ? "hibernating" : "lost";
    }

    /** 1 to 5; what equals several bounds is in the middle of them, so that where all are equal all are in the middle. */
    static int score(double[] bounds, double value) {
        var below = 0;
        var reached = 0;
        for (var bound : bounds) {
            below += bound < value ? 1 : 0;
            reached += bound <= value ? 1 : 0;
        }
        return 1 + (below + reached) / 2;
    }
}
